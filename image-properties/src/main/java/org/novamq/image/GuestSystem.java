package org.novamq.image;

import java.util.Map;
import java.util.Optional;

/**
 * A system that is recognised: a line of {@code systems.tsv} with its kernels and its words.
 *
 * @param key its name in the tables, which also reads as its name in an image
 * @param title its name in messages
 * @param kind what decides its family
 * @param base the system whose kernels are the same; its own key where none is
 * @param kernels of its releases; empty unless it is a Linux
 * @param words of its versions: code names, and {@link #ROLLING} for a development branch
 */
record GuestSystem(String key, String title, Kind kind, String base, Kernels kernels, Map<String, String> words) {
    /** The version of a branch that always has a current kernel. */
    static final String ROLLING = "rolling";

    GuestSystem {
        words = Map.copyOf(words);
    }

    /** The rule that decides a system's family. */
    enum Kind {
        /** Its kernel, by its version. */
        LINUX("linux", Optional.empty()),
        /** Its kernel, which is a current one where no version says otherwise. */
        ROLLING_LINUX("rolling", Optional.empty()),
        WINDOWS("windows", Optional.of(GuestFamily.WINDOWS)),
        FREEBSD("freebsd", Optional.of(GuestFamily.FREEBSD)),
        FREEBSD_ALTQ("freebsd-altq", Optional.of(GuestFamily.FREEBSD_ALTQ)),
        OPENBSD("openbsd", Optional.of(GuestFamily.OPENBSD)),
        /** A system that is known, and whose limits are not. */
        OTHER("other", Optional.of(GuestFamily.UNKNOWN)),
        /** A word that names no system: {@code unknown}. */
        GENERIC("generic", Optional.of(GuestFamily.UNKNOWN));

        private final String text;
        private final Optional<GuestFamily> family;

        Kind(String text, Optional<GuestFamily> family) {
            this.text = text;
            this.family = family;
        }

        /**
         * The kind of a line of the table.
         *
         * @throws IllegalArgumentException there is none of that name
         */
        static Kind of(String text) {
            for (Kind kind : values()) {
                if (kind.text.equals(text)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("cannot read " + Texts.quote(text) + " as a kind of system");
        }

        /** The family of every version; absent where the version decides. */
        Optional<GuestFamily> family() {
            return family;
        }

        boolean isLinux() {
            return family.isEmpty();
        }
    }

    /** Whether it has releases of other kernels than the ones of {@code other}. */
    boolean isOtherThan(GuestSystem other) {
        return !base.equals(other.base);
    }
}
