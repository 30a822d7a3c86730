package org.novamq.driver.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.Optional;
import org.novamq.image.InvalidRequestException;

/** The one JSON mapper, strict where Jackson is lenient. Thread-safe. */
public final class Json {
    /** A key given twice, or text after the end, is an error: either would silently lose what somebody meant. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    /** ASCII only: what it writes fits anywhere, XML included, whatever characters were in it. */
    private static final JsonMapper ASCII =
            MAPPER.rebuild().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private Json() {}

    /**
     * The object in a text.
     *
     * @throws InvalidRequestException if it is no JSON, or no object
     */
    public static ObjectNode parseObject(String text) {
        JsonNode node = parse(text);
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new InvalidRequestException(
                "", kind(node), "cannot read the request: a JSON object is needed, not " + kind(node));
    }

    /** What people call a kind of JSON value. */
    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case MISSING -> "an empty text";
            default -> "nothing";
        };
    }

    /** A number, or null where there is none. */
    public static JsonNode number(Optional<Integer> value) {
        return value.<JsonNode>map(n -> MAPPER.getNodeFactory().numberNode(n)).orElse(MAPPER.nullNode());
    }

    /** One line. */
    public static String line(JsonNode node) {
        return write(MAPPER, node);
    }

    /** One line, in ASCII. */
    public static String asciiLine(JsonNode node) {
        return write(ASCII, node);
    }

    /** For people. */
    public static String pretty(JsonNode node) {
        return node.toPrettyString();
    }

    private static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (NumberFormatException e) {
            // Jackson leaves this one of BigDecimal's as it is, for an exponent of more than ten digits
            throw new InvalidRequestException(
                    "", "", "cannot read the request as JSON: a number in it is beyond all bounds");
        } catch (MismatchedInputException e) {
            // its own text speaks of Java classes
            throw new InvalidRequestException(
                    "", "", "cannot read the request as JSON: there is more text after its end");
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            throw new InvalidRequestException(
                    "", "", "cannot read the request as JSON: " + e.getOriginalMessage() + where);
        }
    }

    private static String write(JsonMapper mapper, JsonNode node) {
        try {
            return mapper.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree always has a text", e);
        }
    }
}
