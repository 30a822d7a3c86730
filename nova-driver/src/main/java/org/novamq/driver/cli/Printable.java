package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** Text from elsewhere as a terminal may be shown it: an escape sequence in a name must not move the cursor. */
final class Printable {
    /** Stands for what is absent. */
    static final String NOTHING = "-";

    private Printable() {}

    /** The text on one line, control characters made visible. */
    static String line(String text) {
        if (text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    /** The text of a field, at the end of a path of keys; {@link #NOTHING} where there is none. */
    static String field(JsonNode node, String... path) {
        JsonNode at = node;
        for (String key : path) {
            at = at.path(key);
        }
        if (at.isMissingNode() || at.isNull()) {
            return NOTHING;
        }
        String text = at.isValueNode() ? at.asText() : at.toString();
        return text.isEmpty() ? NOTHING : line(text);
    }

    /** {@code resize-confirm} for {@code RESIZE_CONFIRM}: what a word of ours is called on the command line. */
    static String option(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
