package org.novamq.image;

import java.util.Optional;

/**
 * Decides what the guest is: first which system, by {@code os_distro}, else by {@code os_version} or {@code os_type}; then
 * which kernel, by the version. Where two properties differ, the older meaning or {@link GuestFamily#UNKNOWN} holds.
 */
final class GuestDecision {
    private static final String LINUX = "linux";

    private final GuestOs guest;
    private final GuestWords words;
    private final Optional<SystemName> type;

    GuestDecision(GuestOs guest) {
        this.guest = guest;
        this.words = new GuestWords(guest);
        this.type = guest.type().flatMap(SystemName::read);
    }

    GuestProfile profile() {
        Optional<SystemName> name = guest.distro().flatMap(SystemName::read);
        if (guest.distro().isPresent() && name.isEmpty()) {
            return unknownName();
        }
        if (name.isPresent() && contradictsType(name.get().system())) {
            return words.contradiction("os_type", "os_distro");
        }
        return name.filter(this::isSystem)
                .map(system -> ofSystem(system.system(), system.rest(), guest.version()))
                .orElseGet(this::byOtherProperties);
    }

    /** {@code os_type windows} is enough for a Windows, whatever its name is. */
    private GuestProfile unknownName() {
        return type.map(SystemName::system)
                .filter(system -> system.kind() == GuestSystem.Kind.WINDOWS)
                .map(system -> words.profile(GuestFamily.WINDOWS, system.title(), words.unknownNameOfWindows()))
                .orElseGet(() -> words.unknown(words.unknownName()));
    }

    /** No {@code os_distro}, or one that names no system. */
    private GuestProfile byOtherProperties() {
        Optional<SystemName> named = guest.version().flatMap(SystemName::read).filter(this::isSystem);
        if (named.isPresent()) {
            return contradictsType(named.get().system())
                    ? words.contradiction("os_type", "os_version")
                    : ofSystem(named.get().system(), named.get().rest(), Optional.empty());
        }
        if (guest.type().isPresent() && type.isEmpty()) {
            return words.unknown(words.unknownType());
        }
        return type.filter(this::isSystem)
                .map(system -> ofSystem(system.system(), system.rest(), guest.version()))
                .orElseGet(words::vague);
    }

    /** Not {@code linux} alone, nor {@code unknown}. */
    private boolean isSystem(SystemName name) {
        boolean onlyLinux = name.system().key().equals(LINUX)
                && VersionText.read(name.system(), name.rest()).state() == VersionText.State.ABSENT;
        return name.system().kind() != GuestSystem.Kind.GENERIC && !onlyLinux;
    }

    private boolean contradictsType(GuestSystem system) {
        GuestSystem.Kind kind = system.kind();
        return type.map(SystemName::system)
                .filter(stated -> stated.kind() != GuestSystem.Kind.GENERIC && kind != GuestSystem.Kind.GENERIC)
                .filter(stated -> stated.kind() != kind)
                .filter(stated -> !(stated.kind().isLinux() && (kind.isLinux() || kind == GuestSystem.Kind.OTHER)))
                .isPresent();
    }

    private GuestProfile ofSystem(GuestSystem system, String rest, Optional<String> version) {
        VersionText ofName = VersionText.read(system, rest);
        VersionText given = VersionText.read(system, version.orElse(""));
        Optional<SystemName> other = version.filter(text -> given.state() == VersionText.State.UNREADABLE)
                .flatMap(SystemName::read)
                .filter(this::isSystem);
        if (other.isPresent() && system.isOtherThan(other.get().system())) {
            return words.contradiction("os_distro", "os_version");
        }
        VersionText stated =
                other.map(name -> VersionText.read(system, name.rest())).orElse(given);
        GuestProfile profile = system.kind()
                .family()
                .map(family -> ofFamily(system, family, ofName, stated))
                .orElseGet(() -> new LinuxDecision(system, words).profile(ofName, stated));
        return guest.type().isPresent() && type.isEmpty() && profile.warning().isEmpty()
                ? words.profile(profile, words.unknownType())
                : profile;
    }

    private GuestProfile ofFamily(GuestSystem system, GuestFamily family, VersionText ofName, VersionText stated) {
        if (family == GuestFamily.UNKNOWN) {
            return words.unknown(words.limitsNotKnown(system));
        }
        String version = stated.text().isEmpty() ? ofName.text() : stated.text();
        boolean named = version.isEmpty() || family == GuestFamily.WINDOWS;
        return words.profile(family, named ? system.title() : system.title() + " " + version);
    }
}
