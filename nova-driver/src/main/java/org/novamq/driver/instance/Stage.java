package org.novamq.driver.instance;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How far an instance has come, as its domain's metadata says. What runs is libvirt's to say. */
public enum Stage {
    /** Claimed, not yet running; a service that finds this at its start was killed in between. */
    BUILDING,
    BUILT,
    /** Resized, and waiting to be told whether that is to stay. */
    RESIZED,
    /** Something failed; the fault says what. Of one that never ran nothing is left but the domain's definition. */
    ERROR,
    /** On its way out. */
    DELETING;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
