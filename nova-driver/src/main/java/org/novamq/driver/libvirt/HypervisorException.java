package org.novamq.driver.libvirt;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A call on the hypervisor failed. The message reads "cannot &lt;do what&gt; to &lt;which&gt;: &lt;libvirt's text&gt;";
 * decide by {@link #kind()}, never by the text.
 */
public final class HypervisorException extends RuntimeException {
    private final Kind kind;
    private final int libvirtCode;

    /** What a caller can do about it. */
    public enum Kind {
        /** libvirt cannot be reached, or has no thread left for us: try again later (503). */
        UNAVAILABLE,
        /** The deadline passed. */
        TIMEOUT,
        /** No such domain (404). */
        NOT_FOUND,
        /** The domain has no such device. */
        DEVICE_MISSING,
        /** The domain is in the wrong state for this, or something of its name exists (409). */
        CONFLICT,
        /** libvirt refuses the document or an argument (400). */
        INVALID,
        /** The host or its hypervisor cannot do this. */
        UNSUPPORTED,
        /** The guest agent does not answer. */
        AGENT_UNRESPONSIVE,
        /** Anything else. */
        FAILED
    }

    /** A failure that libvirt did not report itself: its code is 0. */
    public HypervisorException(Kind kind, String message) {
        this(kind, 0, message, null);
    }

    /**
     * A failure with all that is known of it.
     *
     * @param libvirtCode libvirt's {@code virErrorNumber}, 0 when libvirt reported none
     */
    public HypervisorException(Kind kind, int libvirtCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = requireNonNull(kind, "kind is null");
        this.libvirtCode = libvirtCode;
    }

    /** The same failure, with more to say of it. */
    public HypervisorException with(String more) {
        return new HypervisorException(kind, libvirtCode, getMessage() + more, this);
    }

    /** What sort of failure it is. */
    public Kind kind() {
        return kind;
    }

    /**
     * libvirt's error number (<a href="https://libvirt.org/html/libvirt-virterror.html#virErrorNumber">virErrorNumber</a>),
     * 0 when the failure is not libvirt's own.
     */
    public int libvirtCode() {
        return libvirtCode;
    }
}
