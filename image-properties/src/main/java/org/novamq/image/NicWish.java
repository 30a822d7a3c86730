package org.novamq.image;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How many queues a NIC asks for: a number, or a share of the vCPUs. */
public sealed interface NicWish {
    /** The fewest and the most queues that anyone may ask for; the latter is {@link #MAX_QUEUES}. */
    int MIN_QUEUES = 1;

    /** Linux: {@code MAX_TAP_QUEUES} in {@code drivers/net/tun.c}; the 257th TUNSETIFF on one tap is E2BIG. */
    int MAX_QUEUES = 256;

    /**
     * {@code queues=N}.
     *
     * @param count {@value #MIN_QUEUES} to {@value #MAX_QUEUES}
     */
    record Queues(int count) implements NicWish {
        public Queues {
            if (count < MIN_QUEUES || count > MAX_QUEUES) {
                throw new IllegalArgumentException("queues " + count);
            }
        }

        @Override
        public int forVcpus(int vcpus) {
            return count;
        }
    }

    /** {@code throughput=high|medium|low}: all, half (rounded up) or one of the vCPUs. */
    enum Throughput implements NicWish {
        HIGH,
        MEDIUM,
        LOW;

        @Override
        public int forVcpus(int vcpus) {
            return switch (this) {
                case HIGH -> vcpus;
                case MEDIUM -> (vcpus + 1) / 2;
                case LOW -> 1;
            };
        }

        static List<String> names() {
            return Arrays.stream(values())
                    .map(level -> level.name().toLowerCase(Locale.ROOT))
                    .toList();
        }
    }

    /** The queues asked for on an instance with so many boot-online vCPUs. */
    int forVcpus(int vcpus);

    /** Reads {@code queues}, from an integer or its digits; anything else is a problem. */
    static Optional<NicWish> readQueues(Object raw, String field, Findings findings) {
        var count = WholeNumber.read(raw, MIN_QUEUES, MAX_QUEUES);
        if (count.isEmpty()) {
            findings.problem(
                    field,
                    raw,
                    "cannot give a NIC " + Texts.quote(raw) + " queues: a whole number from " + MIN_QUEUES + " to "
                            + MAX_QUEUES + " is needed (" + MAX_QUEUES + " queues is the most that one tap can have)");
            return Optional.empty();
        }
        return Optional.of(new Queues(count.getAsInt()));
    }

    /** Reads {@code throughput}; anything but the three levels is a problem. */
    static Optional<NicWish> readThroughput(Object raw, String field, Findings findings) {
        for (Throughput level : Throughput.values()) {
            if (raw.equals(level.name().toLowerCase(Locale.ROOT))) {
                return Optional.of(level);
            }
        }
        findings.problem(
                field,
                raw,
                "cannot give a NIC the throughput " + Texts.quote(raw) + ": high, medium or low is needed"
                        + Suggestions.hint(String.valueOf(raw), Throughput.names()));
        return Optional.empty();
    }

    /**
     * Reads the wish in a NIC's tag. Nova's API takes no other keys, so there {@code tag=queues=4} is how a user asks; a
     * tag that begins otherwise is a name of the user's and says nothing.
     */
    static Optional<NicWish> readTag(String tag, String field, Findings findings) {
        Findings own = new Findings();
        Optional<NicWish> wish = Optional.empty();
        if (tag.startsWith("queues=")) {
            wish = readQueues(tag.substring("queues=".length()), field, own);
        } else if (tag.startsWith("throughput=")) {
            wish = readThroughput(tag.substring("throughput=".length()), field, own);
        }
        if (own.hasProblems()) {
            findings.problem(
                    field,
                    tag,
                    "cannot read the tag " + Texts.quote(tag) + ": queues= takes a whole number from " + MIN_QUEUES
                            + " to " + MAX_QUEUES + ", throughput= takes high, medium or low");
        }
        return wish;
    }
}
