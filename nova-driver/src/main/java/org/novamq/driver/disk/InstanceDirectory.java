package org.novamq.driver.disk;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of instances lie: {@code instances_path/<uuid>/}, with Nova's file names. Paths come from the UUID alone,
 * so nothing that a user types can become part of one.
 *
 * <p>A directory may be entered by everyone and listed by its owner alone (0711): QEMU's user opens its files by name, which
 * libvirt hands to it one by one. Thread-safe, but two callers must not create and delete the same instance at once.
 */
public final class InstanceDirectory {
    private static final String MODE = "rwx--x--x";

    private final Path instancesPath;

    /**
     * The directories below {@code instances_path}.
     *
     * @param instancesPath absolute; created when the first instance is
     */
    public InstanceDirectory(Path instancesPath) {
        requireNonNull(instancesPath, "instancesPath is null");
        if (!instancesPath.isAbsolute()) {
            throw new IllegalArgumentException(
                    "instances_path " + instancesPath + " is relative, libvirt needs it absolute");
        }
        this.instancesPath = instancesPath.normalize();
    }

    /** The directory of an instance, whether it is there or not. */
    public Path path(UUID instance) {
        return instancesPath.resolve(instance.toString());
    }

    /** The root disk, in Nova's place. */
    public Path disk(UUID instance) {
        return path(instance).resolve("disk");
    }

    /** The root disk as it was before a resize that is not confirmed yet. */
    public Path stashedDisk(UUID instance) {
        return path(instance).resolve("disk.resize");
    }

    /** The root disk that is to replace it in a rebuild. */
    public Path rebuiltDisk(UUID instance) {
        return path(instance).resolve("disk.rebuild");
    }

    /** The root disk that it is rescued from, in Nova's place. */
    public Path rescueDisk(UUID instance) {
        return path(instance).resolve("disk.rescue");
    }

    /** The config drive while it is rescued, in Nova's place. */
    public Path rescueConfigDrive(UUID instance) {
        return path(instance).resolve("disk.config.rescue");
    }

    /** The one that a nova-compute has given it. */
    public Path givenConfigDrive(UUID instance) {
        return path(instance).resolve("disk.config.given");
    }

    /** The config drive, in Nova's place. */
    public Path configDrive(UUID instance) {
        return path(instance).resolve("disk.config");
    }

    /** The serial console's log, in Nova's place. */
    public Path consoleLog(UUID instance) {
        return path(instance).resolve("console.log");
    }

    /**
     * The size of the file system on which it lies, or will lie once the first instance is made.
     *
     * @throws DiskException when it cannot be examined
     */
    public DiskSpace space() {
        Path there = instancesPath;
        while (!Files.exists(there)) {
            there = parent(there);
        }
        try {
            FileStore store = Files.getFileStore(there);
            return new DiskSpace(store.getTotalSpace(), store.getUsableSpace());
        } catch (IOException e) {
            throw new DiskException("cannot examine the file system of " + there + ": " + e, e);
        }
    }

    /**
     * Makes the directory; one that is there already is kept with what is in it.
     *
     * @throws DiskException when it cannot be made, or something else has its name
     */
    public Path create(UUID instance) {
        Path directory = path(instance);
        try {
            // it may be a link to another file system
            if (!Files.isDirectory(instancesPath)) {
                Files.createDirectories(parent(instancesPath));
                createOne(instancesPath);
            }
            // this one may not: a link here would lead somewhere that nobody configured
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                createOne(directory);
            }
            return directory;
        } catch (IOException e) {
            throw new DiskException("cannot create the directory of instance " + instance + ": " + e, e);
        }
    }

    /**
     * Deletes the directory and all in it; links are deleted, not followed. One that is not there is no error.
     *
     * @throws DiskException when something could not be deleted; the rest may be gone
     */
    public void delete(UUID instance) {
        try {
            Files.walkFileTree(path(instance), new Deleting());
        } catch (IOException e) {
            throw new DiskException("cannot delete the directory of instance " + instance + ": " + e, e);
        }
    }

    private static void createOne(Path directory) throws IOException {
        Files.createDirectory(directory);
        // not at creation: the umask would take away from it
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(MODE));
    }

    private static Path parent(Path path) {
        return requireNonNull(path.getParent(), "instances_path cannot be the root");
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
            if (e != null) {
                throw e;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
