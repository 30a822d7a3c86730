package org.novamq.driver.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.novamq.image.Findings;
import org.novamq.image.Texts;

/** Finds keys that a YAML file gives twice. A reader takes the last one, which loses what somebody meant. */
final class YamlKeys {
    private static final YAMLFactory YAML = new YAMLFactory();

    private YamlKeys() {}

    /** Makes every second key of one name in one object a problem, with its line and the first one's. */
    static void findDuplicates(byte[] text, Findings findings) throws IOException {
        Deque<Map<String, Integer>> objects = new ArrayDeque<>();
        try (JsonParser parser = YAML.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case START_OBJECT -> objects.push(new HashMap<>());
                    case END_OBJECT -> objects.pop();
                    case FIELD_NAME -> {
                        int line = parser.currentTokenLocation().getLineNr();
                        Integer first = objects.element().putIfAbsent(parser.currentName(), line);
                        if (first != null) {
                            findings.problem(
                                    parser.getParsingContext()
                                            .pathAsPointer()
                                            .toString()
                                            .substring(1)
                                            .replace('/', '.'),
                                    parser.currentName(),
                                    "cannot use the key " + Texts.quote(parser.currentName()) + " twice: lines " + first
                                            + " and " + line + " have it");
                        }
                    }
                    default -> {}
                }
            }
        }
    }

    /** Returns a YAML parser's message in one line; the parser's own text shows the file over several. */
    static String words(JsonProcessingException e) {
        String text =
                e.getOriginalMessage().lines().map(String::strip).findFirst().orElse("it is broken");
        var at = e.getLocation();
        return at == null ? text : text + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }
}
