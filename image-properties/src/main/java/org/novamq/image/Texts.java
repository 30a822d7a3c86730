package org.novamq.image;

import java.util.Collection;
import java.util.Objects;

/** Small helpers for the words of messages. */
public final class Texts {
    /** Longer values are cut in messages: the user knows them, and a log line must stay a line. */
    private static final int MAX_QUOTED = 80;

    private Texts() {}

    /** The value in quotes, shortened, with control characters made visible. */
    public static String quote(Object value) {
        StringBuilder out = new StringBuilder("'");
        String text = String.valueOf(value);
        text.codePoints().limit(MAX_QUOTED).forEach(c -> {
            if (Character.isISOControl(c)) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        if (text.codePointCount(0, text.length()) > MAX_QUOTED) {
            out.append("…");
        }
        return out.append("'").toString();
    }

    /**
     * Whether a text is one plain line: no control characters, which XML either lacks or changes on reading, no half
     * characters, none of the two code points that are none.
     */
    public static boolean isPlain(String text) {
        return text.codePoints()
                .noneMatch(c -> Character.isISOControl(c)
                        || Character.getType(c) == Character.SURROGATE
                        || c == 0xFFFE
                        || c == 0xFFFF);
    }

    /** {@code "a, b or c"}. */
    public static String choice(Collection<String> words) {
        String all = String.join(", ", words);
        int last = all.lastIndexOf(", ");
        return last < 0 ? all : all.substring(0, last) + " or " + all.substring(last + 2);
    }

    /** What an exception says, or, where it says nothing, what it is. */
    public static String reason(Exception exception) {
        return Objects.requireNonNullElse(
                exception.getMessage(), exception.getClass().getSimpleName());
    }
}
