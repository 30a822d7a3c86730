package org.novamq.driver.instance;

import static java.util.Objects.requireNonNull;

/**
 * Why an instance is in ERROR, in the form of Nova's {@code fault}.
 *
 * @param code an HTTP status
 * @param message the reason
 * @param created ISO 8601, UTC
 */
public record Fault(int code, String message, String created) {
    public Fault {
        requireNonNull(message, "message is missing");
        requireNonNull(created, "created is missing");
    }
}
