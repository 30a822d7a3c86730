package org.novamq.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code devstack/guest/build.sh} has made. */
public final class TestGuest {
    private TestGuest() {}

    /**
     * What its kernel is told.
     *
     * @param directory where kernel, initramfs and the kernel's command line are
     */
    public static String commandLine(Path directory) {
        try {
            return Files.readString(directory.resolve("cmdline")).strip() + " quiet";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
