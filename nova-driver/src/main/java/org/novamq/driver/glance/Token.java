package org.novamq.driver.glance;

import java.util.Optional;
import java.util.regex.Pattern;

/** A user's token: for one header of one request, and for no log, no record and no message. */
public final class Token {
    /** Keystone's Fernet tokens have some 200 to 300 characters. */
    private static final Pattern SOUND = Pattern.compile("[!-~]{1,8192}");

    private final String value;

    private Token(String value) {
        this.value = value;
    }

    /** Of what a header holds; empty where that cannot be a token. */
    public static Optional<Token> of(String value) {
        return SOUND.matcher(value).matches() ? Optional.of(new Token(value)) : Optional.empty();
    }

    String value() {
        return value;
    }

    @Override
    public String toString() {
        return "a token";
    }
}
