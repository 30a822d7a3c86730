package org.novamq.driver.json;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.novamq.image.Texts;
import org.novamq.vif.request.InstanceId;

/** Checks who an instance is. */
public final class InstanceIds {
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** Nova: nova/api/validation/parameter_types.py, name. */
    private static final int MAX_NAME = 255;

    private InstanceIds() {}

    /** Both parts, if both are sound. */
    static Optional<InstanceId> read(Optional<String> uuid, Optional<String> name, JsonFields at) {
        Optional<UUID> id = uuid.flatMap(text -> readUuid(text, "uuid", at));
        Optional<String> sound = name.filter(text -> isName(text, "name", at));
        return id.isPresent() && sound.isPresent()
                ? Optional.of(new InstanceId(id.get(), sound.get()))
                : Optional.empty();
    }

    /** A UUID in its usual form of 36 characters. */
    public static Optional<UUID> parseUuid(String text) {
        return UUID_TEXT.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }

    /** The same, of a field. */
    public static Optional<UUID> readUuid(String text, String field, JsonFields at) {
        Optional<UUID> uuid = parseUuid(text);
        if (uuid.isEmpty()) {
            at.findings().problem(at.path(field), text, "cannot use " + Texts.quote(text) + " as a UUID");
        }
        return uuid;
    }

    /**
     * Nova's rule for a name that a user gives, at microversion 2.1: none that begins or ends with a blank, which Nova cuts
     * off at 2.0 only.
     */
    public static boolean isNewName(String name, String field, JsonFields at) {
        if (!isName(name, field, at)) {
            return false;
        }
        boolean blankEnd = Character.isSpaceChar(name.codePointAt(0))
                || Character.isSpaceChar(name.codePointBefore(name.length()));
        if (blankEnd) {
            refuse(name, field, at, "it must not begin or end with a blank");
        }
        return !blankEnd;
    }

    /** Nova's rule for names that instances have: 1 to 255 printable characters, not all blank. */
    static boolean isName(String name, String field, JsonFields at) {
        int length = name.codePointCount(0, name.length());
        if (length == 0 || length > MAX_NAME || name.codePoints().allMatch(Character::isSpaceChar)) {
            at.findings()
                    .problem(
                            at.path(field),
                            name,
                            "cannot use a name of " + length + " characters: 1 to " + MAX_NAME
                                    + " are needed, not all of them blank");
            return false;
        }
        boolean printable = name.codePoints().allMatch(InstanceIds::isPrintable);
        if (!printable) {
            refuse(name, field, at, "every character must be printable");
        }
        return printable;
    }

    private static void refuse(String name, String field, JsonFields at, String why) {
        at.findings().problem(at.path(field), name, "cannot use the name " + Texts.quote(name) + ": " + why);
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
