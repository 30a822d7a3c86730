package org.novamq.tests.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.novamq.driver.json.Json;
import org.novamq.tests.vif.GoldenRequests;

/**
 * Any text in the place of any value of a golden request: it is refused, or it stays in its place. The first byte says
 * which request, the next two which value, the others are the text.
 */
class PlanFieldFuzzTest {
    private static final int HEAD = 3;

    private static final List<String> HOSTILE = List.of(
            "'\"><evil/>",
            "--><evil/><!--",
            "]]><evil/>",
            "&evil;",
            "<![CDATA[x]]>",
            "\u0000",
            "\u0085\u2028",
            "\uFFFE",
            "../../etc/passwd",
            "$(id)",
            "queues=4",
            "257",
            "-1",
            "1e3");

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "60s")
    void staysInItsPlace(byte[] bytes) throws IOException {
        if (bytes.length < HEAD) {
            return;
        }
        List<ObjectNode> requests = new ArrayList<>();
        GoldenRequests.all().forEach(node -> requests.add((ObjectNode) node));
        ObjectNode request = requests.get((bytes[0] & 0xff) % requests.size());
        List<Runnable> replacements = new ArrayList<>();
        collect(request, new String(bytes, HEAD, bytes.length - HEAD, StandardCharsets.UTF_8), replacements);
        replacements
                .get((((bytes[1] & 0xff) << 8) | (bytes[2] & 0xff)) % replacements.size())
                .run();
        PlanOracle.ask(Json.line(request));
    }

    /** A replacement for every scalar below a node. */
    private static void collect(JsonNode node, String text, List<Runnable> replacements) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> entry : object.properties()) {
                if (entry.getValue().isContainerNode()) {
                    collect(entry.getValue(), text, replacements);
                } else {
                    replacements.add(() -> object.put(entry.getKey(), text));
                }
            }
        } else if (node instanceof ArrayNode array) {
            array.forEach(child -> collect(child, text, replacements));
        }
    }

    /** Every hostile text in the first values of every request. */
    static Stream<byte[]> seeds() throws IOException {
        int requests = GoldenRequests.all().size();
        return IntStream.range(0, requests)
                .boxed()
                .flatMap(request -> HOSTILE.stream()
                        .flatMap(text -> IntStream.range(0, 24).mapToObj(value -> seed(request, value, text))));
    }

    private static byte[] seed(int request, int value, String text) {
        byte[] rest = text.getBytes(StandardCharsets.UTF_8);
        byte[] seed = new byte[HEAD + rest.length];
        seed[0] = (byte) request;
        seed[2] = (byte) value;
        System.arraycopy(rest, 0, seed, HEAD, rest.length);
        return seed;
    }
}
