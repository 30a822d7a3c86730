package org.novamq.driver.instance;

/** A request that the driver refuses in the state that the instance is in. */
public final class InstanceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of refusal it is. */
    public enum Reason {
        /** No such instance. */
        NOT_FOUND,
        /** There is one already, or it is in the wrong state. */
        CONFLICT
    }

    private final Reason reason;

    public InstanceException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
