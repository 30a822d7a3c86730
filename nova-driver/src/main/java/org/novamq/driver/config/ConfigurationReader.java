package org.novamq.driver.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;
import org.novamq.image.Suggestions;
import org.novamq.image.Texts;

/**
 * Reads the configuration file and finds all that is wrong with it at once: keys given twice, unknown keys, types, then
 * ranges, paths and references. A value that cannot be read is noted, taken out and the rest is read without it, until
 * all of the rest can be read. Dropwizard's own sections ({@code server}, {@code logging}, ...) are read in the same way.
 */
public final class ConfigurationReader extends YamlConfigurationFactory<NovaMqConfiguration> {
    /** A file with more wrong values than this is no configuration of ours. */
    private static final int MOST_UNREADABLE = 100;

    /** Dropwizard's names of its sections in Java, which its validator's messages have. */
    private static final Map<String, String> SECTIONS = Map.of(
            "serverFactory", "server",
            "loggingFactory", "logging",
            "metricsFactory", "metrics",
            "adminFactory", "admin",
            "healthFactory", "health");

    private final @Nullable Validator validator;

    /** @param validator of Dropwizard's own sections; a null leaves them unchecked */
    public ConfigurationReader(@Nullable Validator validator, ObjectMapper mapper, String propertyPrefix) {
        super(NovaMqConfiguration.class, null, NovaMqConfiguration.prepare(mapper), propertyPrefix);
        this.validator = validator;
    }

    /**
     * Reads a file.
     *
     * @throws InvalidRequestException with every problem; no message names a class
     * @throws IOException if the file cannot be read, or is no YAML
     */
    @Override
    public NovaMqConfiguration build(ConfigurationSourceProvider provider, String path)
            throws IOException, ConfigurationException {
        byte[] text;
        try (InputStream in = provider.open(path)) {
            text = in.readAllBytes();
        }
        Findings findings = new Findings();
        JsonNode tree;
        try {
            YamlKeys.findDuplicates(text, findings);
            tree = mapper.readTree(createParser(new java.io.ByteArrayInputStream(text)));
        } catch (JsonProcessingException e) {
            throw new IOException("cannot read " + path + " as YAML: " + YamlKeys.words(e), e);
        }
        if (tree == null || tree.isMissingNode() || tree.isNull()) {
            tree = mapper.createObjectNode(); // a file of comments alone: the defaults
        }
        if (!(tree instanceof ObjectNode)) {
            throw new IOException("cannot read " + path + ": a configuration is made of keys with values");
        }
        Map<String, Problem> unreadable = new LinkedHashMap<>();
        NovaMqConfiguration configuration = read(tree, path, unreadable);
        unreadable.values().forEach(problem -> findings.problem(problem.field(), problem.value(), problem.message()));
        Findings wrong = new Findings();
        configuration.check(wrong);
        Catalog.of(configuration, wrong);
        ServerSection.check(configuration, wrong);
        constraints(configuration, wrong);
        addOthers(wrong, unreadable.keySet(), findings);
        findings.throwIfAny();
        return configuration;
    }

    /** Dropwizard's {@code build(node, path)} applies the overrides of system properties and binds the tree. */
    private NovaMqConfiguration read(JsonNode tree, String path, Map<String, Problem> unreadable)
            throws IOException, ConfigurationException {
        for (int tries = 0; tries <= MOST_UNREADABLE; tries++) {
            try {
                return build(tree, path);
            } catch (ConfigurationException e) {
                JsonMappingException cause = cause(e);
                List<JsonMappingException.Reference> where = cause.getPath();
                String field = field(where);
                if (field.isEmpty()) {
                    break;
                }
                if (unreadable.containsKey(field)) {
                    takeOut(
                            tree,
                            where.subList(0, where.size() - 1)); // it cannot be left out: then neither can its whole
                } else {
                    JsonNode value = at(tree, where);
                    unreadable.put(field, new Problem(field, given(value), message(value, cause)));
                    takeOut(tree, where);
                }
            }
        }
        throw new InvalidRequestException(
                unreadable.isEmpty()
                        ? List.of(new Problem("", "", "cannot read " + path + ": its values cannot be understood"))
                        : List.copyOf(unreadable.values()));
    }

    private static JsonMappingException cause(ConfigurationException e) throws ConfigurationException {
        if (e.getCause() instanceof JsonMappingException cause) {
            return cause;
        }
        throw e;
    }

    private static String field(List<JsonMappingException.Reference> path) {
        StringBuilder field = new StringBuilder();
        for (JsonMappingException.Reference part : path) {
            if (part.getFieldName() == null) {
                field.append('[').append(part.getIndex()).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(part.getFieldName());
            }
        }
        return field.toString();
    }

    private static JsonNode at(JsonNode tree, List<JsonMappingException.Reference> path) {
        JsonNode node = tree;
        for (JsonMappingException.Reference part : path) {
            node = part.getFieldName() == null ? node.path(part.getIndex()) : node.path(part.getFieldName());
        }
        return node;
    }

    /** An entry of a list becomes an empty object, so that the others keep their numbers. */
    private static void takeOut(JsonNode tree, List<JsonMappingException.Reference> path) {
        if (path.isEmpty()) {
            return;
        }
        JsonMappingException.Reference last = path.get(path.size() - 1);
        JsonNode parent = at(tree, path.subList(0, path.size() - 1));
        if (parent instanceof ObjectNode object && last.getFieldName() != null) {
            object.remove(last.getFieldName());
        } else if (parent instanceof ArrayNode list && last.getIndex() >= 0 && last.getIndex() < list.size()) {
            list.set(last.getIndex(), list.objectNode());
        }
    }

    private static String message(JsonNode value, JsonMappingException cause) {
        if (cause instanceof UnrecognizedPropertyException unknown) {
            List<String> known = unknown.getKnownPropertyIds().stream()
                    .map(Object::toString)
                    .sorted()
                    .toList();
            return "cannot use the key " + Texts.quote(unknown.getPropertyName()) + ": there is none of this name"
                    + Suggestions.hint(unknown.getPropertyName(), known);
        }
        if (cause instanceof InvalidTypeIdException wrong) {
            return wrong.getTypeId() == null
                    ? "cannot do without a type"
                    : "cannot use the type " + Texts.quote(wrong.getTypeId()) + ": there is none of this name";
        }
        return "cannot use " + quoted(value) + ": " + needed(cause);
    }

    private static String needed(JsonMappingException cause) {
        if (cause.getCause() instanceof InputCoercionException) {
            return "a whole number up to " + Integer.MAX_VALUE + " is needed";
        }
        if (cause.getCause() instanceof IllegalArgumentException reason && reason.getMessage() != null) {
            return firstLine(reason.getMessage());
        }
        Class<?> type = cause instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
                ? mismatch.getTargetType()
                : Object.class;
        return type.isEnum() ? "it must be " + Texts.choice(names(type)) : words(type) + " is needed";
    }

    private static String words(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "a text";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a whole number";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        return Map.class.isAssignableFrom(type) || type.isRecord() ? "an object of keys" : "another value";
    }

    private static List<String> names(Class<?> type) {
        return Stream.of(type.getFields())
                .filter(field -> field.isEnumConstant())
                .map(field -> {
                    JsonProperty name = field.getAnnotation(JsonProperty.class);
                    return name == null ? field.getName() : name.value();
                })
                .toList();
    }

    private static String quoted(JsonNode value) {
        return value.isContainerNode() ? (value.isArray() ? "a list" : "an object") : Texts.quote(given(value));
    }

    private static String given(JsonNode value) {
        return value.isContainerNode() || value.isMissingNode() ? "" : value.asText();
    }

    private void constraints(NovaMqConfiguration configuration, Findings findings) {
        if (validator == null) {
            return;
        }
        List<ConstraintViolation<NovaMqConfiguration>> violations = new ArrayList<>(validator.validate(configuration));
        violations.sort((a, b) ->
                a.getPropertyPath().toString().compareTo(b.getPropertyPath().toString()));
        for (ConstraintViolation<NovaMqConfiguration> violation : violations) {
            String path = violation.getPropertyPath().toString();
            String section = path.split("\\.", 2)[0];
            String field = SECTIONS.getOrDefault(section, section) + path.substring(section.length());
            Object value = violation.getInvalidValue();
            findings.problem(
                    field,
                    value,
                    "cannot use " + (value == null ? "nothing" : Texts.quote(value)) + ": it "
                            + violation.getMessage());
        }
    }

    /** Tells whether a problem of a value, or of a part of it, has been reported. */
    private static void addOthers(Findings wrong, Collection<String> said, Findings findings) {
        try {
            wrong.throwIfAny();
        } catch (InvalidRequestException e) {
            e.problems().stream()
                    .filter(problem -> said.stream().noneMatch(field -> isWithin(problem.field(), field)))
                    .forEach(problem -> findings.problem(problem.field(), problem.value(), problem.message()));
        }
    }

    private static boolean isWithin(String field, String whole) {
        return field.equals(whole) || field.startsWith(whole + ".") || field.startsWith(whole + "[");
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
