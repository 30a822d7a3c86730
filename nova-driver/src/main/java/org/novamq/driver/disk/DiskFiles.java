package org.novamq.driver.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Disk files of guests that are off, copied and moved so that a name stands for a whole file or for none. */
public final class DiskFiles {
    private static final Path CP = Path.of("/usr/bin/cp");

    /** As long as an operator would wait for a disk of some hundred GiB. */
    private static final Duration COPY_TIME = Duration.ofMinutes(30);

    /**
     * Copies a disk, holes as holes and by reference where the file system can; a copy that is there already is kept.
     *
     * @throws DiskException when it cannot be made; nothing is left of it
     */
    public void copy(Path disk, Path copy) {
        if (Files.exists(copy, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path temporary = copy.resolveSibling("." + copy.getFileName() + ".tmp");
        try {
            Files.deleteIfExists(temporary);
            Command.Result result = Command.run(
                    List.of(CP.toString()),
                    List.of("--reflink=auto", "--sparse=always", "--", disk.toString(), temporary.toString()),
                    COPY_TIME);
            if (result.exitCode() != 0) {
                throw new DiskException("cannot copy disk " + disk + ": " + result.firstError());
            }
            sync(temporary);
            Files.move(temporary, copy, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new DiskException("cannot copy disk " + disk + ": " + e, e);
        } finally {
            delete(temporary);
        }
    }

    /** Moves a disk over another, if it is there. */
    public void moveIfThere(Path disk, Path over) {
        try {
            if (Files.exists(disk, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(disk, over, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                sync(Objects.requireNonNull(over.getParent(), "a disk lies in a directory"));
            }
        } catch (IOException e) {
            throw new DiskException("cannot move disk " + disk + " to " + over + ": " + e, e);
        }
    }

    /** Deletes a disk, if it is there. */
    public void delete(Path disk) {
        try {
            Files.deleteIfExists(disk);
        } catch (IOException e) {
            throw new DiskException("cannot delete disk " + disk + ": " + e, e);
        }
    }

    private static void sync(Path path) throws IOException {
        StandardOpenOption option = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }
}
