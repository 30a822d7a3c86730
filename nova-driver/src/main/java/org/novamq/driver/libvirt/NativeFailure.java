package org.novamq.driver.libvirt;

import org.jspecify.annotations.Nullable;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.novamq.driver.libvirt.HypervisorException.Kind;

/** libvirt's own report of a failed call: its code and its text, before anyone knows what was being done to whom. */
final class NativeFailure extends Exception {
    private final int code;

    private NativeFailure(int code, String text, @Nullable LibvirtException cause) {
        super(text, cause);
        this.code = code;
    }

    /** What the calling thread's last libvirt call reported; to be read at once, the next call overwrites it. */
    static NativeFailure last() {
        int code = LibvirtExt.INSTANCE.virGetLastErrorCode();
        return new NativeFailure(code, LibvirtExt.INSTANCE.virGetLastErrorMessage(), null);
    }

    @SuppressWarnings("EnumOrdinal") // it is how libvirt-java turns the code into the enum, and it keeps no number
    static NativeFailure of(LibvirtException e) {
        return new NativeFailure(e.getError().getCode().ordinal(), e.getError().getMessage(), e);
    }

    /** libvirt/virterror.h numbers its errors from 0 without a gap, and libvirt-java's enum follows it. */
    ErrorNumber number() {
        ErrorNumber[] numbers = ErrorNumber.values();
        return numbers[Math.min(code, numbers.length - 1)];
    }

    /** The same failure as the caller who wanted to do {@code what} should see it. */
    HypervisorException as(Kind kind, String what) {
        return new HypervisorException(kind, code, "cannot " + what + ": " + getMessage(), this);
    }

    /** The same where the connection has broken under the call: libvirt's text does not say whose connection it is. */
    HypervisorException disconnected(String what) {
        return new HypervisorException(
                Kind.UNAVAILABLE,
                code,
                "cannot " + what + ": the connection to libvirt is broken: " + getMessage(),
                this);
    }

    /** What the code means to a caller, whatever was being done. */
    Kind kind() {
        return switch (number()) {
            case VIR_ERR_UNKNOWN_HOST,
                    VIR_ERR_NO_CONNECT,
                    VIR_ERR_INVALID_CONN,
                    VIR_ERR_RPC,
                    VIR_ERR_GNUTLS_ERROR,
                    VIR_ERR_AUTH_FAILED,
                    VIR_ERR_AUTH_CANCELLED,
                    VIR_ERR_AUTH_UNAVAILABLE,
                    VIR_ERR_SSH,
                    VIR_ERR_LIBSSH -> Kind.UNAVAILABLE;
            case VIR_ERR_OPERATION_TIMEOUT -> Kind.TIMEOUT;
            case VIR_ERR_NO_DOMAIN, VIR_ERR_NO_DOMAIN_METADATA -> Kind.NOT_FOUND;
            case VIR_ERR_DEVICE_MISSING -> Kind.DEVICE_MISSING;
            case VIR_ERR_DOM_EXIST, VIR_ERR_OPERATION_INVALID, VIR_ERR_BLOCK_COPY_ACTIVE, VIR_ERR_RESOURCE_BUSY ->
                Kind.CONFLICT;
            case VIR_ERR_INVALID_ARG,
                    VIR_ERR_OS_TYPE,
                    VIR_ERR_NO_SOURCE,
                    VIR_ERR_NO_TARGET,
                    VIR_ERR_NO_NAME,
                    VIR_ERR_NO_OS,
                    VIR_ERR_XML_ERROR,
                    VIR_ERR_XML_DETAIL,
                    VIR_ERR_XML_INVALID_SCHEMA,
                    VIR_ERR_INVALID_MAC -> Kind.INVALID;
            case VIR_ERR_NO_SUPPORT,
                    VIR_ERR_CONFIG_UNSUPPORTED,
                    VIR_ERR_ARGUMENT_UNSUPPORTED,
                    VIR_ERR_OPERATION_UNSUPPORTED -> Kind.UNSUPPORTED;
            case VIR_ERR_AGENT_UNRESPONSIVE, VIR_ERR_AGENT_UNSYNCED -> Kind.AGENT_UNRESPONSIVE;
            default -> Kind.FAILED;
        };
    }
}
