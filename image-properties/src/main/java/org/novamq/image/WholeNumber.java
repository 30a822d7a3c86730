package org.novamq.image;

import java.math.BigInteger;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** A count as people and clients write it: a JSON integer, or its decimal digits as text. */
public final class WholeNumber {
    /** No sign, no blanks, no hexadecimal: what {@code 0x4}, {@code " 4"} or {@code +4} mean is for the user to say. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    private WholeNumber() {}

    /** The number if {@code raw} is an integer between {@code min} and {@code max}, both included. */
    public static OptionalInt read(Object raw, int min, int max) {
        var number = readLong(raw, min, max);
        return number.isPresent() ? OptionalInt.of((int) number.getAsLong()) : OptionalInt.empty();
    }

    /** The same, of a wider range. */
    static OptionalLong readLong(Object raw, long min, long max) {
        boolean integral = raw instanceof Integer || raw instanceof Long || raw instanceof BigInteger;
        if (!integral && !(raw instanceof String)) {
            return OptionalLong.empty();
        }
        String text = raw.toString();
        if (!DIGITS.matcher(text).matches()) {
            return OptionalLong.empty();
        }
        long number = Long.parseLong(text);
        return number >= min && number <= max ? OptionalLong.of(number) : OptionalLong.empty();
    }
}
