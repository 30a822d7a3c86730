package org.novamq.driver.disk;

import org.jspecify.annotations.Nullable;

/**
 * The host could not do its part: no space, no permission, {@code qemu-img} missing or stuck. The message reads "cannot
 * &lt;do what&gt; to &lt;which&gt;: &lt;fact with its number&gt;".
 */
public final class DiskException extends RuntimeException {
    /** A failure without a Java cause. */
    public DiskException(String message) {
        this(message, null);
    }

    /** A failure with its cause. */
    public DiskException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
