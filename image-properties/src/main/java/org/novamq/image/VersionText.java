package org.novamq.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A version as images and people write it, read for one system: {@code 22.04 LTS}, {@code 1604}, {@code 15-SP6},
 * {@code 7.6.1810}, {@code 8 (Core)}, {@code 12 bookworm}, {@code testing}, {@code 12.20240101}.
 *
 * @param state what the text is
 * @param version present where it is a {@link State#NUMBER}
 * @param text the number as it was written, with its zeros; empty for the other states
 */
record VersionText(State state, Optional<Version> version, String text) {
    /** The kinds of text. */
    enum State {
        /** It says nothing: empty, {@code unknown}, {@code LTS}. */
        ABSENT,
        /** The number of a release, or a code name that stands for one. */
        NUMBER,
        /** A branch that always has a current kernel. */
        ROLLING,
        /** The day or the month of a build, from 2018-02 on: it names no release. */
        DATE,
        /** Such a date before Linux 4.15, which came out on 2018-01-28. */
        OLD_DATE,
        /** None of these. */
        UNREADABLE
    }

    /** Words beside a version that do not change it. */
    private static final Set<String> FILLERS = Set.of(
            "linux",
            "gnu",
            "release",
            "rel",
            "version",
            "ver",
            "v",
            "lts",
            "server",
            "desktop",
            "workstation",
            "edition",
            "cloud",
            "cloudimg",
            "image",
            "generic",
            "minimal",
            "base",
            "os",
            "leap",
            "core",
            "stream",
            "el",
            "fc",
            "f",
            "deb",
            "stable");

    /** Words that stand for a version that is not known. */
    private static final Set<String> UNKNOWN = Set.of("unknown", "none", "na", "unspecified", "any", "rolling");

    /** A service pack is the minor number: 15 SP 2 is 15.2. */
    private static final Set<String> SERVICE_PACK = Set.of("sp", "pack");

    private static final int MAX_LENGTH = 120;
    private static final int MAX_DOTLESS_DIGITS = 4;

    /** A part after the first with more digits is a build number or a date. */
    private static final int MAX_MINOR_DIGITS = 2;

    private static final VersionText NOTHING = of(State.ABSENT);

    /** Reads a text for a system. Never fails. */
    static VersionText read(GuestSystem system, String text) {
        String start = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
        Words words = new Words(system, start.toLowerCase(Locale.ROOT));
        VersionText code = words.code.map(VersionText::ofCode).orElse(NOTHING);
        if (words.strange) {
            return of(State.UNREADABLE);
        }
        if (words.number.isEmpty()) {
            return code;
        }
        VersionText number =
                words.date().map(VersionText::of).orElseGet(() -> ofNumber(system.kernels(), words.number));
        return older(system.kernels(), number, code);
    }

    /** Whether it names a release or a branch. */
    boolean isRead() {
        return state == State.NUMBER || state == State.ROLLING;
    }

    private static VersionText ofCode(String version) {
        return version.equals(GuestSystem.ROLLING) ? of(State.ROLLING) : number(version);
    }

    private static VersionText of(State state) {
        return new VersionText(state, Optional.empty(), "");
    }

    private static VersionText number(String text) {
        return new VersionText(State.NUMBER, Version.parse(text), text);
    }

    private static VersionText ofNumber(Kernels kernels, List<String> parts) {
        int size = 1;
        while (size < parts.size() && parts.get(size).length() <= MAX_MINOR_DIGITS) {
            size++;
        }
        String text = String.join(".", parts.subList(0, size));
        if (Version.parse(text).filter(kernels::canBe).isPresent()) {
            return number(text);
        }
        boolean dotless = parts.size() == 1 && text.length() <= MAX_DOTLESS_DIGITS;
        return Optional.of(text)
                .filter(digits -> dotless)
                .flatMap(kernels::withDot)
                .map(VersionText::number)
                .orElse(of(State.UNREADABLE));
    }

    /** A number with a code name beside it: the number, unless the code name is of an older kernel. */
    private static VersionText older(Kernels kernels, VersionText number, VersionText code) {
        if (number.state != State.NUMBER) {
            boolean building = number.state == State.DATE && code.state == State.ROLLING;
            return code.state == State.NUMBER || building ? code : number;
        }
        Optional<GuestFamily> first = number.family(kernels);
        Optional<GuestFamily> second = code.state == State.NUMBER ? code.family(kernels) : first;
        return second.isPresent() && first.isPresent() && second.get().compareTo(first.get()) > 0 ? code : number;
    }

    private Optional<GuestFamily> family(Kernels kernels) {
        return version.flatMap(kernels::find).map(found -> found.oldest().family());
    }

    /** The parts of a text, in one pass from left to right. */
    private static final class Words {
        private final GuestSystem system;
        private final List<String> number = new ArrayList<>();
        private Optional<String> code = Optional.empty();

        /** Whether a word that is not known comes before any number. */
        private boolean strange;

        private boolean servicePack;
        private boolean numberEnded;
        private boolean afterDot;

        Words(GuestSystem system, String text) {
            this.system = system;
            int i = 0;
            while (i < text.length()) {
                int end = endOfChunk(text, i);
                if (end > i) {
                    chunk(text.substring(i, end));
                    i = end;
                } else {
                    afterDot = text.charAt(i) == '.';
                    numberEnded |= !number.isEmpty() && !isJoint(text.charAt(i));
                    i++;
                }
            }
        }

        private static int endOfChunk(String text, int start) {
            int end = start;
            while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
                end++;
            }
            return end;
        }

        private static boolean isJoint(char c) {
            return c == '.' || c == '-' || c == '_';
        }

        private void chunk(String chunk) {
            String meaning = system.words().get(chunk);
            if (meaning != null) {
                code = code.isPresent() ? code : Optional.of(meaning);
                numberEnded |= !number.isEmpty();
            } else if (chunk.chars().allMatch(Version::isDigit)) {
                digits(chunk);
            } else {
                mixed(chunk);
            }
        }

        private void digits(String digits) {
            if (servicePack && number.size() == 1) {
                number.add(digits);
            } else if (!numberEnded) {
                number.add(digits);
            }
            numberEnded |= servicePack;
        }

        /** Letters and digits without anything between them: {@code 15sp4}, {@code v3}, {@code 20u1}. */
        private void mixed(String chunk) {
            int i = 0;
            while (i < chunk.length()) {
                int end = i + 1;
                boolean isNumber = Version.isDigit(chunk.charAt(i));
                while (end < chunk.length() && Version.isDigit(chunk.charAt(end)) == isNumber) {
                    end++;
                }
                String part = chunk.substring(i, end);
                if (isNumber && (number.isEmpty() || servicePack || (i == 0 && afterDot))) {
                    digits(part);
                } else if (!isNumber) {
                    word(part);
                }
                i = end;
            }
        }

        private void word(String word) {
            servicePack = SERVICE_PACK.contains(word);
            numberEnded |= !number.isEmpty() && !servicePack;
            String meaning = system.words().get(word);
            if (meaning != null) {
                code = code.isPresent() ? code : Optional.of(meaning);
            } else if (number.isEmpty() && code.isEmpty() && !FILLERS.contains(word) && !UNKNOWN.contains(word)) {
                strange = true;
            }
        }

        Optional<State> date() {
            return BuildDate.read(number, system.kernels())
                    .map(date -> date.isBefore(BuildDate.LINUX_4_15) ? State.OLD_DATE : State.DATE);
        }
    }
}
