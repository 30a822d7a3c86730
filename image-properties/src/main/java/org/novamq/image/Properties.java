package org.novamq.image;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Typed access to a map of image properties or extra specs. What does not fit is put into the findings under the
 * property's own path, and reads as absent.
 */
final class Properties {
    /** {@code hw_numa_cpus.0}: Nova numbers some names. */
    private static final Pattern NUMBERED = Pattern.compile("\\.[0-9]+$");

    static final long MAX_COUNT = 0xFFFF_FFFFL;

    private final Map<String, ?> raw;
    private final String field;
    private final Findings findings;

    Properties(Map<String, ?> raw, String field, Findings findings) {
        this.raw = raw;
        this.field = field;
        this.findings = findings;
    }

    /** A text without control characters; an empty one counts as absent, as clients send it for a property that they clear. */
    Optional<String> text(String name) {
        Optional<String> text = scalar(name).map(Object::toString).filter(value -> !value.isEmpty());
        text.filter(value -> !Texts.isPlain(value))
                .ifPresent(value -> findings.problem(
                        path(name), value, "cannot use " + Texts.quote(value) + ": it has control characters"));
        return text.filter(Texts::isPlain);
    }

    /** As oslo reads it; a word that oslo does not know is false, with a warning. */
    Optional<Boolean> bool(String name) {
        return scalar(name).map(value -> {
            OsloBoolean read = OsloBoolean.read(value);
            if (!read.recognised()) {
                findings.warning(path(name) + ": " + Texts.quote(value)
                        + " is no boolean that oslo knows and counts as false (true: 1, t, true, on, y, yes)");
            }
            return read.value();
        });
    }

    /** One of a closed set of names. */
    <T> Optional<T> oneOf(String name, Function<String, Optional<T>> reader, Collection<String> names) {
        Optional<String> text = text(name);
        Optional<T> value = text.flatMap(reader);
        if (text.isPresent() && value.isEmpty()) {
            findings.problem(
                    path(name),
                    text.get(),
                    "cannot use " + name + "=" + Texts.quote(text.get()) + ": it must be " + Texts.choice(names)
                            + Suggestions.hint(text.get(), names));
        }
        return value;
    }

    /** A whole number from 0 to the most that libvirt's schema has for a rate (an unsignedInt). */
    Optional<Long> count(String name) {
        Optional<Object> value = scalar(name);
        Optional<Long> count = value.flatMap(
                v -> WholeNumber.readLong(v, 0, MAX_COUNT).stream().boxed().findFirst());
        if (value.isPresent() && count.isEmpty()) {
            findings.problem(
                    path(name),
                    value.get(),
                    "cannot use " + name + "=" + Texts.quote(value.get()) + ": a whole number from 0 to " + MAX_COUNT
                            + " is needed");
        }
        return count;
    }

    /** Warns of names that are almost, but not quite, one of the known: a misspelt property silently does nothing. */
    void warnOfMisspelt(Collection<String> known) {
        raw.keySet().stream()
                .filter(name -> !known.contains(NUMBERED.matcher(name).replaceFirst("")))
                .forEach(name -> Suggestions.nearest(name, known)
                        .ifPresent(near -> findings.warning(
                                path(name) + " is not a known name and has no effect (did you mean '" + near + "'?)")));
    }

    private Optional<Object> scalar(String name) {
        Object value = raw.get(name);
        if (value instanceof Map || value instanceof Collection) {
            findings.problem(path(name), value, "cannot use " + name + ": a text, a number or a boolean is needed");
            return Optional.empty();
        }
        return Optional.ofNullable(value);
    }

    private String path(String name) {
        return field + "." + name;
    }
}
