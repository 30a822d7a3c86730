package org.novamq.driver.glance;

import org.jspecify.annotations.Nullable;

/** An image cannot be had. The message reads "cannot fetch image ID from URL: &lt;fact&gt;, &lt;limit&gt;". */
public final class GlanceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GlanceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
