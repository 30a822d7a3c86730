package org.novamq.image;

import java.util.List;
import java.util.Optional;

/**
 * The image properties that name the guest's operating system, as the caller wrote them, and the profile that they give.
 * Immutable. The profile is made once, because a plan asks for it often.
 */
public final class GuestOs {
    private final Optional<String> type;
    private final Optional<String> distro;
    private final Optional<String> version;
    private final GuestProfile profile;

    /**
     * Reads the properties; no text is refused, and a blank one says nothing.
     *
     * @param type {@code os_type}: {@code linux}, {@code windows}
     * @param distro {@code os_distro}: a name ({@code debian}), an id of osinfo-db ({@code debian12}), or words
     *     ({@code Windows Server 2022})
     * @param version {@code os_version}: {@code 12}, {@code 22.04 LTS}, {@code bookworm}
     */
    public GuestOs(Optional<String> type, Optional<String> distro, Optional<String> version) {
        this.type = stated(type);
        this.distro = stated(distro);
        this.version = stated(version);
        this.profile = properties().stream().allMatch(Optional::isEmpty)
                ? GuestProfile.NOT_STATED
                : new GuestDecision(this).profile();
    }

    private static Optional<String> stated(Optional<String> property) {
        return property.filter(text -> !text.isBlank());
    }

    public Optional<String> type() {
        return type;
    }

    public Optional<String> distro() {
        return distro;
    }

    public Optional<String> version() {
        return version;
    }

    /** The profile that the properties give. */
    public GuestProfile profile() {
        return profile;
    }

    private List<Optional<String>> properties() {
        return List.of(type, distro, version);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GuestOs guest && properties().equals(guest.properties());
    }

    @Override
    public int hashCode() {
        return properties().hashCode();
    }

    @Override
    public String toString() {
        return profile.system();
    }
}
