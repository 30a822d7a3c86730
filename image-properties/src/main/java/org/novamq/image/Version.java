package org.novamq.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A dotted number, of a release or of a kernel. It is compared part by part; a part that is missing is less than 0, so
 * that 15 comes before 15.0.
 *
 * @param parts at least one, each from 0 to 999,999,999
 */
record Version(List<Integer> parts) implements Comparable<Version> {
    /** A longer number fits no int, and is no part of a version. */
    static final int MAX_DIGITS = 9;

    Version {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("cannot make a version: it has no parts");
        }
    }

    /** Reads {@code 7}, {@code 22.04}; absent for anything else, and for parts of more than nine digits. */
    static Optional<Version> parse(String text) {
        List<Integer> parts = new ArrayList<>();
        for (String part : text.split("\\.", -1)) {
            if (part.isEmpty() || part.length() > MAX_DIGITS || !part.chars().allMatch(Version::isDigit)) {
                return Optional.empty();
            }
            parts.add(Integer.parseInt(part));
        }
        return Optional.of(new Version(parts));
    }

    /**
     * A version of one of the module's tables.
     *
     * @throws IllegalArgumentException it is none
     */
    static Version of(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException("cannot read " + Texts.quote(text) + " as a version"));
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    int major() {
        return parts.get(0);
    }

    boolean startsWith(Version prefix) {
        int size = prefix.parts.size();
        return parts.size() >= size && parts.subList(0, size).equals(prefix.parts);
    }

    /** Whether one of the two is the other one with more parts, or both are equal. */
    boolean agreesWith(Version other) {
        return startsWith(other) || other.startsWith(this);
    }

    @Override
    public int compareTo(Version other) {
        int common = Math.min(parts.size(), other.parts.size());
        for (int i = 0; i < common; i++) {
            int order = Integer.compare(parts.get(i), other.parts.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(parts.size(), other.parts.size());
    }

    /** The parts with dots between them, without leading zeros: 22.4 for 22.04. */
    @Override
    public String toString() {
        return parts.stream().map(String::valueOf).collect(Collectors.joining("."));
    }
}
