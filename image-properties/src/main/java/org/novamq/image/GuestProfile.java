package org.novamq.image;

import java.util.Optional;

/**
 * The guest system that an image's properties name, as far as it was understood.
 *
 * @param family decides the vector budget and the driver's limits
 * @param system the properties in words and their meaning, for the origin of a limit:
 *     {@code os_distro 'debian', os_version '12': Debian 12, Linux 6.1}
 * @param warning begins with the name of the property that is not understood, contradicts another one or is missing, and
 *     says what to write. Present wherever the image names a system and the family is {@link GuestFamily#UNKNOWN}, and
 *     where the oldest of several meanings was taken; absent where the image names nothing.
 */
public record GuestProfile(GuestFamily family, String system, Optional<String> warning) {
    /** The profile of an image that names nothing. */
    static final GuestProfile NOT_STATED =
            new GuestProfile(GuestFamily.UNKNOWN, "os_distro not given", Optional.empty());

    /** Whether the image names a system whose limits are known. */
    public boolean isKnown() {
        return family != GuestFamily.UNKNOWN;
    }
}
