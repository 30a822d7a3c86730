package org.novamq.tests.vif;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novamq.driver.json.Json;
import org.xml.sax.SAXException;

/**
 * One request per shape ({@code golden/requests.json}), its whole answer and its elements, compared to the byte. After a
 * change that is meant, {@code -Dnovamq.golden=write} writes them anew: read the difference before it is committed.
 */
class GoldenTest {
    private static final Path GOLDEN = GoldenRequests.DIRECTORY;
    private static final boolean WRITE = "write".equals(System.getProperty("novamq.golden"));

    static Stream<String> shapes() throws IOException {
        return GoldenRequests.all().properties().stream().map(entry -> entry.getKey());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void isWhatItWas(String shape) throws IOException {
        Answers.Answer answer = Answers.of((ObjectNode) GoldenRequests.all().get(shape));
        compare(GOLDEN.resolve(shape + ".json"), Json.pretty(answer.json()) + "\n");
        if (!answer.isRefused()) {
            compare(GOLDEN.resolve(shape + ".xml"), String.join("\n", answer.interfaces()) + "\n");
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void isValidByLibvirtsSchema(String shape) throws IOException, SAXException {
        List<String> interfaces =
                Answers.of((ObjectNode) GoldenRequests.all().get(shape)).interfaces();
        assertThat(InterfaceSchema.load().complaintsAbout(String.join("", interfaces)))
                .isEmpty();
    }

    @Test
    void everyGoldenHasItsRequest() throws IOException {
        TreeSet<String> shapes = new TreeSet<>(shapes().toList());
        try (Stream<Path> files = Files.list(GOLDEN)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString().replaceFirst("\\.(json|xml)$", ""))
                            .filter(name -> !name.equals("requests"))
                            .distinct())
                    .containsExactlyInAnyOrderElementsOf(shapes);
        }
    }

    static void compare(Path golden, String actual) throws IOException {
        if (WRITE) {
            Files.writeString(golden, actual, StandardCharsets.UTF_8);
        }
        assertThat(actual).isEqualTo(Files.readString(golden));
    }
}
