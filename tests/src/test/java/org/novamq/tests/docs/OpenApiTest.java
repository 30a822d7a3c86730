package org.novamq.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code specs/openapi.yaml}: every path and method of the service's own API, and no other. */
class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]+)}");

    private static JsonNode document() throws IOException {
        return new YAMLMapper().readTree(root().resolve("specs/openapi.yaml").toFile());
    }

    private static java.nio.file.Path root() {
        return java.nio.file.Path.of(Objects.requireNonNull(System.getProperty("novamq.root"), "novamq.root"));
    }

    @Test
    void pathsAndMethodsAreThoseOfTheService() throws IOException {
        Set<String> documented = new TreeSet<>();
        document()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(name -> {
                    if (METHODS.contains(name)) {
                        documented.add(name + " " + path.getKey());
                    }
                }));
        assertThat(documented).isEqualTo(served()).hasSizeGreaterThan(10);
    }

    private static Set<String> served() {
        Set<String> served = new TreeSet<>();
        new ClassFileImporter()
                .importPackages("org.novamq.driver.api").stream()
                        .filter(type -> type.isAnnotatedWith(Path.class))
                        .map(type -> type.reflect())
                        .filter(type -> type.getAnnotation(Path.class).value().startsWith("/v1/"))
                        .forEach(type -> Stream.of(type.getDeclaredMethods())
                                .forEach(method ->
                                        verbs(method).forEach(verb -> served.add(verb + " " + path(type, method)))));
        return served;
    }

    private static List<String> verbs(Method method) {
        return Stream.of(method.getAnnotations())
                .map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                .map(type -> type.getAnnotation(HttpMethod.class).value().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static String path(Class<?> type, Method method) {
        Path own = method.getAnnotation(Path.class);
        return type.getAnnotation(Path.class).value() + (own == null ? "" : own.value());
    }

    @Test
    void everyReferenceLeadsSomewhere() throws IOException {
        JsonNode document = document();
        List<String> references = document.findValuesAsText("$ref");
        assertThat(references).hasSizeGreaterThan(20).allSatisfy(reference -> {
            assertThat(reference).startsWith("#/");
            assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse();
        });
        List<String> known = new ArrayList<>();
        document.path("components")
                .properties()
                .forEach(kind -> kind.getValue()
                        .fieldNames()
                        .forEachRemaining(name -> known.add("#/components/" + kind.getKey() + "/" + name)));
        assertThat(known).as("what nobody refers to").allMatch(references::contains);
    }

    @Test
    void everyPlaceholderIsAParameterAndEveryOperationHasANameOfItsOwn() throws IOException {
        JsonNode document = document();
        document.path("paths").properties().forEach(path -> {
            List<String> placeholders = PLACEHOLDER
                    .matcher(path.getKey())
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            List<String> parameters = path.getValue().path("parameters").findValuesAsText("$ref").stream()
                    .map(reference ->
                            document.at(reference.substring(1)).path("name").asText())
                    .toList();
            assertThat(parameters).as(path.getKey()).isEqualTo(placeholders);
        });
        assertThat(document.findValuesAsText("operationId")).doesNotHaveDuplicates();
        assertThat(document.path("openapi").asText()).startsWith("3.1.");
    }

    /** Tests of our own accept what they know to look for; the validator knows the whole of OpenAPI 3.1. */
    @Test
    void anOutsideValidatorFindsItValid() throws IOException, InterruptedException {
        assertThat(validate(root().resolve("specs/openapi.yaml"))).contains("\"valid\": true");
    }

    /** The fault that tests of our own did not see: a comma in a text without quotes begins another key. */
    @Test
    void theValidatorSeesAKeyThatOpenApiDoesNotKnow(@TempDir java.nio.file.Path directory)
            throws IOException, InterruptedException {
        java.nio.file.Path broken = directory.resolve("broken.yaml");
        java.nio.file.Files.writeString(broken, """
                openapi: 3.1.0
                info: {title: t, version: '1'}
                paths:
                  /v1/x:
                    get:
                      responses:
                        '204': {description: It is gone, or never was}
                """);
        assertThat(validate(broken)).contains("\"valid\": false", "or never was");
    }

    private static String validate(java.nio.file.Path document) throws IOException, InterruptedException {
        Process validator = new ProcessBuilder(
                        root().resolve("tests/openapi/validate.sh").toString(),
                        document.toString(),
                        root().resolve("tests/target/openapi-validator").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String answer = new String(validator.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(validator.waitFor())
                .as("validate.sh: 0 is valid, 1 is not valid, 3 is a check that cannot run (its reason is above); "
                        + answer)
                .isLessThan(2);
        return answer;
    }
}
