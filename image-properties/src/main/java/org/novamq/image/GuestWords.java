package org.novamq.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The texts of a guest's profile: its properties in words, and the warnings. */
final class GuestWords {
    private static final String UNKNOWN_LIMITS = "the guest is planned with the limits of an unknown system; ";
    private static final String HOW_TO_NAME = "write a name such as debian, or an id of osinfo-db such as debian12";

    /** The values that Nova and Glance document. */
    private static final List<String> TYPES = List.of("linux", "windows");

    private final GuestOs guest;

    GuestWords(GuestOs guest) {
        this.guest = guest;
    }

    GuestProfile profile(GuestFamily family, String meaning) {
        return new GuestProfile(family, properties() + ": " + meaning, Optional.empty());
    }

    GuestProfile profile(GuestFamily family, String meaning, String warning) {
        return new GuestProfile(family, properties() + ": " + meaning, Optional.of(warning));
    }

    GuestProfile profile(GuestProfile profile, String warning) {
        return new GuestProfile(profile.family(), profile.system(), Optional.of(warning));
    }

    GuestProfile unknown(String warning) {
        return new GuestProfile(GuestFamily.UNKNOWN, properties(), Optional.of(warning));
    }

    GuestProfile contradiction(String first, String second) {
        return unknown(first + " " + Texts.quote(value(first)) + " and " + second + " " + Texts.quote(value(second))
                + " name different systems: " + UNKNOWN_LIMITS + "correct one of them");
    }

    /** {@code os_type linux}, {@code os_distro unknown}, or a version of nothing. */
    GuestProfile vague() {
        String property =
                guest.distro().isPresent() ? "os_distro" : guest.type().isPresent() ? "os_type" : "os_version";
        return unknown(property + " " + Texts.quote(value(property)) + " does not say which system it is: "
                + UNKNOWN_LIMITS + "write os_distro and os_version, such as debian and 12");
    }

    String unknownName() {
        return notAName() + ": " + UNKNOWN_LIMITS + HOW_TO_NAME;
    }

    String unknownNameOfWindows() {
        return notAName() + ": os_type " + Texts.quote(value("os_type")) + " holds";
    }

    private String notAName() {
        String value = value("os_distro");
        return "os_distro " + Texts.quote(value) + " is not the name of a known system"
                + Suggestions.hint(SystemName.nameIn(value), Systems.all().suggestions());
    }

    /** {@code os_type}, where {@code os_distro} says what the guest is. */
    String unknownType() {
        String value = value("os_type");
        return "os_type " + Texts.quote(value) + " is not known" + Suggestions.hint(value, TYPES)
                + " and is ignored; write linux or windows, and os_distro";
    }

    String limitsNotKnown(GuestSystem system) {
        return named() + " is " + system.title() + ", whose interrupt vectors and queues are not known: "
                + UNKNOWN_LIMITS + "hw_msi_vector_budget says how many vectors it has";
    }

    String noVersion(GuestSystem system) {
        return "os_version is not given, and " + system.title() + " has releases before and after Linux "
                + Kernels.PER_VCPU + ": " + UNKNOWN_LIMITS + example(system);
    }

    String unreadableVersion(GuestSystem system, boolean isDate) {
        String hint = guest.version()
                .map(SystemName::nameIn)
                .filter(word -> !isDate && !word.isEmpty())
                .map(word -> Suggestions.hint(word, suggestions(system)))
                .orElse("");
        String fact = isDate ? " is a date, which names no release of " : " cannot be read as a version of ";
        return (guest.version().isPresent() ? "os_version " + Texts.quote(value("os_version")) : named()) + fact
                + system.title() + hint + ": " + UNKNOWN_LIMITS + example(system);
    }

    String versionsDiffer(GuestSystem system) {
        return "os_version " + Texts.quote(value("os_version")) + " is not the version of " + system.title() + " in "
                + named() + ": the older of the two holds; correct one of them";
    }

    String versionIgnored() {
        return "os_version " + Texts.quote(value("os_version")) + " cannot be read: the version in " + named()
                + " holds";
    }

    String nameInPart(GuestSystem system) {
        return named() + " is read as " + system.title() + ", and the rest of it is ignored: write " + system.key()
                + " if that is right";
    }

    String severalKernels(GuestSystem system, Kernels.Found found) {
        return (guest.version().isPresent() ? "os_version " + Texts.quote(value("os_version")) : named()) + " can be "
                + system.title() + " " + found.oldest().text() + " with Linux "
                + found.oldest().kernel() + " or "
                + found.newest().text() + " with Linux " + found.newest().kernel()
                + ": the older holds; write os_version in full, such as "
                + found.newest().text();
    }

    private static List<String> suggestions(GuestSystem system) {
        return system.words().keySet().stream()
                .filter(word -> word.length() >= Systems.SHORTEST_SUGGESTION)
                .sorted()
                .toList();
    }

    private static String example(GuestSystem system) {
        return "write os_version, such as " + system.kernels().newest().text();
    }

    /** The property that names the system, with its value. */
    private String named() {
        String property =
                guest.distro().isPresent() ? "os_distro" : guest.type().isPresent() ? "os_type" : "os_version";
        return property + " " + Texts.quote(value(property));
    }

    private String value(String property) {
        return switch (property) {
            case "os_type" -> guest.type().orElse("");
            case "os_distro" -> guest.distro().orElse("");
            default -> guest.version().orElse("");
        };
    }

    /** {@code os_type} is said only where nothing else is. */
    private String properties() {
        List<String> said = new ArrayList<>();
        if (guest.distro().isEmpty()) {
            guest.type().ifPresent(type -> said.add("os_type " + Texts.quote(type)));
        }
        guest.distro().ifPresent(distro -> said.add("os_distro " + Texts.quote(distro)));
        guest.version().ifPresent(version -> said.add("os_version " + Texts.quote(version)));
        return String.join(", ", said);
    }
}
