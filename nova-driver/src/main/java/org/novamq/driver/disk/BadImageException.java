package org.novamq.driver.disk;

/**
 * A base image cannot be used; the caller's or the deployer's fault, not the host's. The message reads "cannot use image
 * X (path): &lt;fact&gt;, &lt;limit and where it comes from&gt;".
 */
public final class BadImageException extends RuntimeException {
    /** The whole sentence. */
    public BadImageException(String message) {
        super(message);
    }
}
