package org.novamq.driver.compute;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.novamq.driver.instance.Fault;
import org.novamq.image.Texts;

/** What time it is, and faults that happen at it. */
final class Times {
    private static final int INTERNAL_ERROR = 500;

    private final Clock clock;

    Times(Clock clock) {
        this.clock = clock;
    }

    /** ISO 8601, UTC, whole seconds. */
    String now() {
        return Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    Fault fault(String reason) {
        return new Fault(INTERNAL_ERROR, reason, now());
    }

    Fault fault(RuntimeException cause) {
        return fault(Texts.reason(cause));
    }
}
