package org.novamq.driver.cli;

/** No service answers at the address that was given. */
final class ServiceUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServiceUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
