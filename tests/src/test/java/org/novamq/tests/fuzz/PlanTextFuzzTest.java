package org.novamq.tests.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.novamq.driver.json.Json;
import org.novamq.tests.vif.GoldenRequests;

/** Any text as the request of {@code POST /v1/plans}; the golden requests are where it starts from. */
class PlanTextFuzzTest {
    @MethodSource("requests")
    @FuzzTest(maxDuration = "60s")
    void planned(byte[] text) {
        PlanOracle.ask(new String(text, StandardCharsets.UTF_8));
    }

    static Stream<byte[]> requests() throws IOException {
        return GoldenRequests.all().properties().stream()
                .map(entry -> Json.line(entry.getValue()).getBytes(StandardCharsets.UTF_8));
    }
}
