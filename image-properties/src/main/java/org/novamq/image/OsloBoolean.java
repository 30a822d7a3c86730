package org.novamq.image;

import java.util.Locale;
import java.util.Set;

/**
 * A boolean as oslo reads one ({@code oslo_utils.strutils.bool_from_string}, non-strict): surrounding blanks and case do
 * not matter, and whatever is not one of the twelve words counts as false.
 *
 * @param value what oslo makes of the text
 * @param recognised false where oslo silently falls back to false ({@code maybe}, {@code 2}, the empty text)
 */
public record OsloBoolean(boolean value, boolean recognised) {
    private static final Set<String> TRUE = Set.of("1", "t", "true", "on", "y", "yes");
    private static final Set<String> FALSE = Set.of("0", "f", "false", "off", "n", "no");

    /** Reads a JSON boolean, number or text. */
    public static OsloBoolean read(Object raw) {
        if (raw instanceof Boolean known) {
            return new OsloBoolean(known, true);
        }
        String word = raw.toString().strip().toLowerCase(Locale.ROOT);
        return new OsloBoolean(TRUE.contains(word), TRUE.contains(word) || FALSE.contains(word));
    }
}
