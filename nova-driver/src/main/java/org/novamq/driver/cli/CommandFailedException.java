package org.novamq.driver.cli;

/** A command has not reached what it was to do; the message is for people. */
final class CommandFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailedException(String message) {
        super(message);
    }
}
