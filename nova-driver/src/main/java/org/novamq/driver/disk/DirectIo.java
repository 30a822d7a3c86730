package org.novamq.driver.disk;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Whether a file's file system can do without the page cache (open(2), O_DIRECT); tmpfs cannot before Linux 6.6. */
public final class DirectIo {
    private DirectIo() {}

    /** Tries it on a file that exists, as Nova does (nova/privsep/utils.py supports_direct_io). */
    public static boolean works(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, ExtendedOpenOption.DIRECT)) {
            return channel.isOpen();
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
