package org.novamq.driver.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.novamq.image.Texts;

/**
 * Reads fields of a VIF as Nova takes them (nova/network/model.py, os_vif_util.py and the fields of
 * oslo.versionedobjects): a null, an empty text, an empty list and an empty object are an absent field; a number or a
 * boolean is its text where a text is needed; any value is true or false as in Python; a number is truncated as by
 * Python's {@code int()}. A list or an object where a text is needed is a problem.
 */
final class NovaFields {
    private static final BigDecimal MIN_INT = BigDecimal.valueOf(Integer.MIN_VALUE);
    private static final BigDecimal MAX_INT = BigDecimal.valueOf(Integer.MAX_VALUE);

    private final JsonFields fields;

    NovaFields(JsonFields fields) {
        this.fields = fields;
    }

    /** The field's value, unless it counts as absent. */
    private Optional<JsonNode> value(String name) {
        return fields.node(name)
                .filter(node -> !(node.isTextual() && node.textValue().isEmpty()))
                .filter(node -> !(node.isContainerNode() && node.isEmpty()));
    }

    boolean has(String name) {
        return value(name).isPresent();
    }

    /** A text; a number or a boolean as Python writes it. */
    Optional<String> text(String name) {
        Optional<JsonNode> value = value(name);
        if (value.filter(node -> node.isTextual() || node.isContainerNode()).isPresent()) {
            return fields.text(name);
        }
        return value.map(node -> node.isBoolean() ? (node.booleanValue() ? "True" : "False") : node.asText());
    }

    /** A text, or a problem that it is missing. */
    Optional<String> required(String name) {
        if (!has(name)) {
            fields.findings()
                    .problem(fields.path(name), "", "cannot do without " + fields.path(name) + ": it is required");
        }
        return text(name);
    }

    /** Whether the value is true in Python: a number other than 0, a text that is not empty (even {@code "false"}). */
    boolean isTrue(String name) {
        return value(name)
                .filter(node -> !node.isBoolean() || node.booleanValue())
                .filter(node -> !node.isNumber() || node.decimalValue().signum() != 0)
                .isPresent();
    }

    /** An object; empty where the value is false in Python. */
    JsonFields object(String name) {
        return isTrue(name)
                ? fields.objectOrEmpty(name)
                : new JsonFields(Json.MAPPER.createObjectNode(), fields.path(name), fields.findings());
    }

    /** A number without its fraction, or its decimal digits as text with blanks around them; false and true are 0 and 1. */
    Optional<Integer> number(String name) {
        Optional<JsonNode> value = value(name);
        Optional<Integer> number = value.flatMap(NovaFields::truncated);
        if (value.isPresent() && number.isEmpty()) {
            JsonNode node = value.get();
            String given = node.isValueNode() ? Texts.quote(node.asText()) : Json.kind(node);
            fields.findings()
                    .problem(
                            fields.path(name),
                            node.asText(),
                            "cannot use " + given + " for " + fields.path(name) + ": a whole number is needed");
        }
        return number;
    }

    private static Optional<Integer> truncated(JsonNode node) {
        if (node.isBoolean()) {
            return Optional.of(node.booleanValue() ? 1 : 0);
        }
        if (node.isNumber()) {
            BigDecimal number = node.decimalValue();
            return number.compareTo(MIN_INT) < 0 || number.compareTo(MAX_INT) > 0
                    ? Optional.empty()
                    : Optional.of(number.intValue());
        }
        return Optional.ofNullable(node.textValue())
                .map(String::strip)
                .filter(text -> text.matches("[+-]?[0-9]{1,9}"))
                .map(Integer::valueOf);
    }

    /**
     * An object's values as plain Java values, without its nulls. The named ones may become part of the XML: each must be
     * a scalar, and an empty list or object is an empty text. The others stay as they are.
     */
    static Map<String, Object> values(JsonFields object, Set<String> scalars) {
        NovaFields fields = new NovaFields(object);
        Map<String, Object> values = new LinkedHashMap<>(object.values());
        values.keySet().stream().filter(scalars::contains).toList().forEach(key -> {
            if (!fields.has(key)) {
                values.put(key, "");
            } else if (fields.text(key).isEmpty()) {
                values.remove(key);
            }
        });
        return values;
    }
}
