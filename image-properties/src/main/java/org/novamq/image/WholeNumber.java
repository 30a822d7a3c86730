package org.novamq.image;

import java.math.BigInteger;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** A count as people and clients write it: a JSON integer, or its decimal digits as text. */
public final class WholeNumber {
    /** No sign, no blanks, no hexadecimal: what {@code 0x4}, {@code " 4"} or {@code +4} mean is for the user to say. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    private WholeNumber() {}

    /** The number if {@code raw} is an integer between {@code min} and {@code max}, both included. */
    public static OptionalInt read(Object raw, int min, int max) {
        boolean integral = raw instanceof Integer || raw instanceof Long || raw instanceof BigInteger;
        if (!integral && !(raw instanceof String)) {
            return OptionalInt.empty();
        }
        String text = raw.toString();
        if (!DIGITS.matcher(text).matches()) {
            return OptionalInt.empty();
        }
        long number = Long.parseLong(text);
        return number >= min && number <= max ? OptionalInt.of((int) number) : OptionalInt.empty();
    }
}
