package org.novamq.image;

/**
 * One thing that is wrong with a request.
 *
 * @param field where it stands, as a path: {@code nics[2].queues}
 * @param value what stood there, as text; empty when nothing did
 * @param message "cannot do what to which: the fact with its number, the limit and where it comes from"
 */
public record Problem(String field, String value, String message) {
    /** {@code field: message}, or the message alone where it is about the whole. */
    @Override
    public String toString() {
        return field.isEmpty() ? message : field + ": " + message;
    }
}
