package org.novamq.driver.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.novamq.image.Findings;
import org.novamq.image.Suggestions;
import org.novamq.image.Texts;
import org.novamq.image.WholeNumber;

/**
 * The fields of one JSON object of a request. Each getter checks the field's type and range and puts what is wrong into
 * the findings under the field's path; the value is then absent. A null is the same as an absent field.
 */
public final class JsonFields {
    private final ObjectNode object;
    private final String path;
    private final Findings findings;

    public JsonFields(ObjectNode object, String path, Findings findings) {
        this.object = object;
        this.path = path;
        this.findings = findings;
    }

    public Findings findings() {
        return findings;
    }

    /** The path of one of the fields, for messages. */
    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Makes every other key a problem. */
    public JsonFields allowOnly(String... names) {
        List<String> known = List.of(names);
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                findings.problem(
                        path(name),
                        name,
                        "cannot use the key " + Texts.quote(name) + ": it must be " + Texts.choice(known)
                                + Suggestions.hint(name, known));
            }
        });
        return this;
    }

    public boolean has(String name) {
        return object.hasNonNull(name);
    }

    /** A field's value as it stands. */
    public Optional<JsonNode> node(String name) {
        return Optional.ofNullable(object.get(name)).filter(value -> !value.isNull());
    }

    /** The value, or a problem that it is missing. */
    public <T> Optional<T> required(String name, Function<String, Optional<T>> getter) {
        if (!has(name)) {
            findings.problem(path(name), "", "cannot do without " + path(name) + ": it is required");
        }
        return getter.apply(name);
    }

    /** A text of one plain line; which characters that leaves is {@link Texts#isPlain}'s to say. */
    public Optional<String> text(String name) {
        return plain(name, typed(name, "a text", value -> Optional.ofNullable(value.textValue())));
    }

    /** The same, not empty. */
    public Optional<String> word(String name) {
        Optional<String> text = typed(
                name,
                "a text that is not empty",
                value -> Optional.ofNullable(value.textValue()).filter(word -> !word.isEmpty()));
        return plain(name, text);
    }

    private Optional<String> plain(String name, Optional<String> text) {
        text.filter(value -> !Texts.isPlain(value))
                .ifPresent(value -> findings.problem(
                        path(name),
                        value,
                        "cannot use " + Texts.quote(value) + " for " + path(name)
                                + ": every character must be printable"));
        return text.filter(Texts::isPlain);
    }

    public Optional<Boolean> bool(String name) {
        return typed(
                name,
                "true or false",
                value -> value.isBoolean() ? Optional.of(value.booleanValue()) : Optional.empty());
    }

    /** A JSON integer between two bounds, both included. */
    public Optional<Integer> integer(String name, int min, int max) {
        String range = max == Integer.MAX_VALUE ? "from " + min : "from " + min + " to " + max;
        return typed(
                name,
                "a whole number " + range,
                value -> value.isIntegralNumber()
                        ? WholeNumber.read(value.numberValue(), min, max).stream()
                                .boxed()
                                .findFirst()
                        : Optional.empty());
    }

    /** The same, or its digits as text: Nova takes either. */
    public Optional<Integer> digits(String name, int min, int max) {
        Optional<String> text = node(name).map(JsonNode::textValue);
        if (text.isEmpty()) {
            return integer(name, min, max);
        }
        return typed(
                name,
                "a whole number from " + min + (max == Integer.MAX_VALUE ? "" : " to " + max),
                value -> Optional.ofNullable(Ints.tryParse(text.get())).filter(n -> n >= min && n <= max));
    }

    /** A reference that Nova takes as a text or as a number. */
    public Optional<String> textOrNumber(String name) {
        return node(name)
                .filter(JsonNode::isIntegralNumber)
                .map(JsonNode::asText)
                .or(() -> text(name));
    }

    /** One of a closed set of names. */
    public <T> Optional<T> oneOf(String name, Function<String, Optional<T>> reader, List<String> names) {
        Optional<String> text = text(name);
        Optional<T> value = text.flatMap(reader);
        if (text.isPresent() && value.isEmpty()) {
            findings.problem(
                    path(name),
                    text.get(),
                    "cannot use " + Texts.quote(text.get()) + " for " + path(name) + ": it must be "
                            + Texts.choice(names) + Suggestions.hint(text.get(), names));
        }
        return value;
    }

    public Optional<JsonFields> object(String name) {
        return typed(
                name,
                "an object",
                value -> value instanceof ObjectNode child
                        ? Optional.of(new JsonFields(child, path(name), findings))
                        : Optional.empty());
    }

    /** The same, empty where the field is absent. */
    public JsonFields objectOrEmpty(String name) {
        return object(name).orElseGet(() -> new JsonFields(Json.MAPPER.createObjectNode(), path(name), findings));
    }

    /** A list of objects; empty where the field is absent. */
    public List<JsonFields> objects(String name) {
        Optional<ArrayNode> list = list(name);
        List<JsonFields> objects = new ArrayList<>();
        for (int i = 0; i < list.map(ArrayNode::size).orElse(0); i++) {
            JsonNode item = list.orElseThrow().get(i);
            String at = path(name) + "[" + i + "]";
            if (item instanceof ObjectNode child) {
                objects.add(new JsonFields(child, at, findings));
            } else {
                findings.problem(at, item, "cannot use " + at + ": an object is needed, not " + Json.kind(item));
            }
        }
        return objects;
    }

    /** A field that holds a list. */
    public Optional<ArrayNode> list(String name) {
        return typed(name, "a list", value -> value instanceof ArrayNode list ? Optional.of(list) : Optional.empty());
    }

    /** This object as plain Java values, without its nulls. */
    public Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        object.properties().forEach(entry -> {
            if (!entry.getValue().isNull()) {
                values.put(entry.getKey(), Json.MAPPER.convertValue(entry.getValue(), Object.class));
            }
        });
        return values;
    }

    private <T> Optional<T> typed(String name, String needed, Function<JsonNode, Optional<T>> reader) {
        Optional<JsonNode> node = node(name);
        Optional<T> value = node.flatMap(reader);
        if (node.isPresent() && value.isEmpty()) {
            boolean scalar = node.get().isValueNode();
            String given = scalar ? node.get().asText() : Json.kind(node.get());
            findings.problem(
                    path(name),
                    given,
                    "cannot use " + (scalar ? Texts.quote(given) : given) + " for " + path(name) + ": " + needed
                            + " is needed");
        }
        return value;
    }
}
