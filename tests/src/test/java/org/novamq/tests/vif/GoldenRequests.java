package org.novamq.tests.vif;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.novamq.driver.json.Json;

/** One request per shape, by its name. */
public final class GoldenRequests {
    /** Where requests and answers lie. */
    static final Path DIRECTORY = Path.of(
            Objects.requireNonNull(System.getProperty("novamq.root"), "novamq.root"),
            "tests/src/test/resources/golden");

    private GoldenRequests() {}

    /** All of them, read anew. */
    public static ObjectNode all() throws IOException {
        return Json.parseObject(Files.readString(DIRECTORY.resolve("requests.json")));
    }
}
