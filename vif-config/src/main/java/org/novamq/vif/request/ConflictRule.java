package org.novamq.vif.request;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What becomes of an instance whose flavor and image say different things about multiqueue. */
public enum ConflictRule {
    /** It is refused, at any number of vCPUs. The default. */
    REFUSE,
    /**
     * A warning, and multiqueue is off. For Nova's own libvirt driver: it looks at the conflict itself, and not everywhere;
     * where it does not, the instance has been running without multiqueue, and must be able to boot again.
     */
    WARN;

    /** The name in requests. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ConflictRule> of(String name) {
        return Arrays.stream(values()).filter(rule -> rule.text().equals(name)).findFirst();
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(ConflictRule::text).toList();
    }
}
