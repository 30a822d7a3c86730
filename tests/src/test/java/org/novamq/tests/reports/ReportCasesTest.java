package org.novamq.tests.reports;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Versions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novamq.driver.json.Json;
import org.novamq.tests.vif.Answers;

/**
 * Plans every input of {@code cases/reports} and checks the answer. A file has a {@code name}, a {@code request} as for
 * {@code POST /v1/plans}, the {@code right} answer in words, the {@code source} of the report, and a {@code check}: a jq
 * expression over the answer that is true when it is right. Files without a request or a check are for other tests.
 */
class ReportCasesTest {
    private static final Path CASES = Path.of("tests/src/test/resources/cases/reports");
    private static final Scope BUILTINS = builtins();

    /** A file of the directory. */
    record Case(String name, ObjectNode json) {
        boolean isPlanned() {
            return json.hasNonNull("request") && json.hasNonNull("check");
        }

        String text(String field) {
            return json.path(field).asText();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() throws IOException {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("novamq.root"), "novamq.root"));
        List<Case> cases = new ArrayList<>();
        try (Stream<Path> files = Files.list(root.resolve(CASES))) {
            for (Path file : files.sorted().toList()) {
                Case one = new Case(
                        file.getFileName().toString().replace(".json", ""), Json.parseObject(Files.readString(file)));
                assertThat(one.text("name")).as(file.toString()).isEqualTo(one.name());
                cases.add(one);
            }
        }
        return cases.stream().filter(Case::isPlanned).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isAnsweredRight(Case report) throws IOException {
        ObjectNode answer =
                Answers.of((ObjectNode) report.json().get("request")).json();
        List<JsonNode> results = new ArrayList<>();
        JsonQuery.compile(report.text("check"), Versions.JQ_1_6)
                .apply(Scope.newChildScope(BUILTINS), answer, results::add);
        assertThat(results)
                .as(
                        "%s (%s)%nright: %s%ncheck: %s%nanswer: %s%n",
                        report.name(), report.text("kind"), report.text("right"), report.text("check"), answer)
                .containsExactly(BooleanNode.TRUE);
    }

    private static Scope builtins() {
        Scope scope = Scope.newEmptyScope();
        BuiltinFunctionLoader.getInstance().loadFunctions(Versions.JQ_1_6, scope);
        return scope;
    }
}
