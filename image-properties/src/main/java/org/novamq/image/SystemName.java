package org.novamq.image;

import java.util.Locale;
import java.util.Optional;

/**
 * A text that names a system, read: {@code debian}, {@code debian12}, {@code Windows Server 2022},
 * {@code http://debian.org/debian/12}, {@code bookworm}.
 *
 * @param rest the part of the text after the name, in small letters: a version, or nothing
 */
record SystemName(GuestSystem system, String rest) {
    /** A longer text is no name; its beginning is still looked at. */
    private static final int MAX_LENGTH = 120;

    /**
     * Reads a text. It is an id or short id of osinfo-db, or it begins with the longest known name after which a word or
     * a number begins, or ends. Capitals and the characters between the words do not matter.
     */
    static Optional<SystemName> read(String text) {
        String small = small(text);
        String id = withoutScheme(small);
        Systems systems = Systems.all();
        return systems.osinfo(id)
                .map(osinfo -> new SystemName(osinfo.system(), osinfo.version()))
                .or(() -> systems.osinfoPath(id)
                        .map(system -> new SystemName(system, id.substring(id.lastIndexOf('/') + 1))))
                .or(() -> byLongestName(small, systems))
                .or(() -> systems.withWord(firstWord(small)).map(system -> new SystemName(system, small)));
    }

    /** The letters and digits at the beginning of a text that cannot be read, for a suggestion: up to its version. */
    static String nameIn(String text) {
        StringBuilder name = new StringBuilder();
        for (char c : small(text).toCharArray()) {
            if (Version.isDigit(c)) {
                break;
            }
            if (Character.isLetter(c) || c == '-') {
                name.append(c);
            }
        }
        return name.toString();
    }

    private static String small(String text) {
        String start = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
        return start.strip().toLowerCase(Locale.ROOT);
    }

    private static String withoutScheme(String small) {
        int scheme = small.indexOf("://");
        String id = scheme < 0 ? small : small.substring(scheme + "://".length());
        return id.endsWith("/") ? id.substring(0, id.length() - 1) : id;
    }

    private static Optional<SystemName> byLongestName(String small, Systems systems) {
        StringBuilder compact = new StringBuilder();
        Optional<SystemName> longest = Optional.empty();
        for (int end = 1; end <= small.length() && compact.length() < systems.longestName(); end++) {
            char last = small.charAt(end - 1);
            if (Character.isLetterOrDigit(last)) {
                compact.append(last);
                Optional<GuestSystem> system = systems.named(compact.toString());
                String rest = small.substring(end);
                if (system.isPresent() && endsName(last, rest, system.get())) {
                    longest = Optional.of(new SystemName(system.get(), rest));
                }
            }
        }
        return longest;
    }

    /** {@code debian|12}, {@code debian|-12}, {@code debian|testing}; not {@code arch|ery}. */
    private static boolean endsName(char last, String rest, GuestSystem system) {
        if (rest.isEmpty() || !Character.isLetterOrDigit(rest.charAt(0))) {
            return true;
        }
        char next = rest.charAt(0);
        return Version.isDigit(next) ? !Version.isDigit(last) : system.words().containsKey(firstWord(rest));
    }

    /** The letters and digits at the beginning. */
    private static String firstWord(String text) {
        int end = 0;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end);
    }
}
