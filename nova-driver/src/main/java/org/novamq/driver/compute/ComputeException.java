package org.novamq.driver.compute;

/** A request that the driver refuses in the state that the instance is in. */
public final class ComputeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of refusal it is. */
    public enum Reason {
        /** No such instance. */
        NOT_FOUND,
        /** There is one already, or it is in the wrong state. */
        CONFLICT
    }

    private final Reason reason;

    public ComputeException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
