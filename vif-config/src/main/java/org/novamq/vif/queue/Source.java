package org.novamq.vif.queue;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where a NIC's wish comes from, the most binding first. */
public enum Source {
    /** The port's binding:profile: an administrator. */
    PORT,
    /** The NIC's own {@code queues} or {@code throughput}. */
    NIC,
    /** The same, in the NIC's tag. */
    TAG,
    /** Multiqueue for the whole instance, by its flavor. */
    FLAVOR,
    /** Multiqueue for the whole instance, by its image. */
    IMAGE,
    /** Nobody asked. */
    DEFAULT;

    /** Whether somebody asked for this very NIC; such NICs are served first, and {@code strict} speaks of them. */
    public boolean isOwn() {
        return this == PORT || this == NIC || this == TAG;
    }

    /** Where in a NIC's request such a wish stands, for messages. */
    public String field() {
        return switch (this) {
            case PORT -> "vif.profile.queues";
            case TAG -> "tag";
            case NIC, FLAVOR, IMAGE, DEFAULT -> "queues";
        };
    }

    /** The name in answers. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Source> of(String name) {
        return Arrays.stream(values())
                .filter(source -> source.text().equals(name))
                .findFirst();
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(Source::text).toList();
    }
}
