package org.novamq.image;

import java.util.Optional;

/**
 * The guest system that an image's properties name, as far as it was understood.
 *
 * @param family decides the vector budget and the driver's limits
 * @param system the properties in words, for the origin of a limit: {@code os_distro 'debian', os_version '12'}
 * @param warning why the family is {@link GuestFamily#UNKNOWN} although the image names a system, with what was read and
 *     the nearest known name; empty where the system was understood and where the image names none
 */
public record GuestProfile(GuestFamily family, String system, Optional<String> warning) {
    /** Whether the image names a system that is known. */
    public boolean isKnown() {
        return family != GuestFamily.UNKNOWN;
    }
}
