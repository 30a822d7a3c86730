package org.novamq.driver.disk;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * QEMU's {@code qemu-img}, which parses files that strangers upload, so it runs under limits: 30 s of CPU time and 1 GiB of
 * address space as in Nova (nova/virt/images.py, QEMU_IMG_LIMITS), 60 s in all, and always with the format named, never
 * guessed: a guest could write another format's header, with a backing file of its choice, to the start of a raw disk.
 *
 * <p>Safe for use by many threads.
 */
public final class QemuImg {
    private static final Logger LOG = LoggerFactory.getLogger(QemuImg.class);

    // nova/virt/images.py, QEMU_IMG_LIMITS
    private static final long CPU_SECONDS = 30;
    private static final long ADDRESS_SPACE_BYTES = 1L << 30;
    private static final Duration WALL_CLOCK = Duration.ofMinutes(1);

    private static final Path QEMU_IMG = Path.of("/usr/bin/qemu-img");
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path program;
    private final Duration wallClock;

    /** Runs {@code /usr/bin/qemu-img} (Debian: package qemu-utils). */
    public QemuImg() {
        this(QEMU_IMG, WALL_CLOCK);
    }

    QemuImg(Path program, Duration wallClock) {
        this.program = requireNonNull(program, "program is null");
        this.wallClock = requireNonNull(wallClock, "wallClock is null");
    }

    /**
     * Describes an image, opened as {@code declaredFormat} and as nothing else; works while guests use it.
     *
     * @param image absolute
     * @param declaredFormat {@code raw} or {@code qcow2}
     * @throws ImageFormatException when the file cannot be opened in this format
     * @throws DiskException when qemu-img could not be run or did not end in time
     */
    public ImageInfo info(Path image, String declaredFormat) {
        requireAbsolute(image);
        Command.Result result =
                run(List.of("info", "--output=json", "--force-share", "-f", declaredFormat, image.toString()));
        if (result.exitCode() != 0) {
            throw new ImageFormatException(result.firstError());
        }
        return parseInfo(result.output());
    }

    /**
     * Creates a qcow2 disk over a base image. It appears whole, on stable storage, readable by its owner alone (libvirt
     * hands it to QEMU's user: {@code dynamic_ownership} in qemu.conf), or not at all.
     *
     * @param base absolute; must stay where it is as long as the disk lives
     * @param baseFormat the base's declared format
     * @param disk absolute, must not exist
     * @param sizeBytes the disk that the guest sees
     * @throws DiskException when it could not be made; nothing is left behind
     */
    public void createOverlay(Path base, String baseFormat, Path disk, long sizeBytes) {
        requireAbsolute(base);
        requireAbsolute(disk);
        if (Files.exists(disk, LinkOption.NOFOLLOW_LINKS)) {
            throw new DiskException("cannot create disk " + disk + ": a file of this name exists");
        }
        Path temporary = disk.resolveSibling("." + disk.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Command.Result result = run(List.of(
                    "create",
                    "-q",
                    "-f",
                    "qcow2",
                    "-F",
                    baseFormat,
                    "-b",
                    base.toString(),
                    temporary.toString(),
                    Long.toString(sizeBytes)));
            if (result.exitCode() != 0) {
                throw failed(disk, sizeBytes, result.firstError(), null);
            }
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
            sync(temporary, StandardOpenOption.WRITE);
            Files.move(temporary, disk, StandardCopyOption.ATOMIC_MOVE);
            sync(parent(disk), StandardOpenOption.READ);
        } catch (IOException e) {
            throw failed(disk, sizeBytes, e.toString(), e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    /**
     * Makes a qcow2 disk of a guest that is off larger; one of this size is left as it is.
     *
     * @throws DiskException when it is larger already, or cannot be
     */
    public void resize(Path disk, long sizeBytes) {
        requireAbsolute(disk);
        Command.Result result = run(List.of("resize", "-q", "-f", "qcow2", disk.toString(), Long.toString(sizeBytes)));
        if (result.exitCode() != 0) {
            throw new DiskException("cannot resize disk " + disk + " to " + sizeBytes + " bytes: " + result.firstError()
                    + "; " + freeSpace(parent(disk)));
        }
    }

    /** Reads the answer of {@code qemu-img info --output=json} (qapi/block-core.json, ImageInfo). */
    static ImageInfo parseInfo(String json) {
        try {
            JsonNode info = JSON.readTree(json);
            if (!info.path("format").isTextual() || !info.path("virtual-size").canConvertToLong()) {
                throw new DiskException("cannot read qemu-img's answer: no format or virtual-size in it: " + json);
            }
            JsonNode specific = info.path("format-specific").path("data");
            return new ImageInfo(
                    info.path("format").asText(),
                    info.path("virtual-size").asLong(),
                    info.path("actual-size").asLong(),
                    text(info.path("backing-filename")),
                    text(specific.path("data-file")),
                    info.path("encrypted").asBoolean());
        } catch (JsonProcessingException e) {
            throw new DiskException("cannot read qemu-img's answer: " + e.getOriginalMessage(), e);
        }
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
    }

    private Command.Result run(List<String> arguments) {
        List<String> limits = List.of(
                PRLIMIT.toString(), "--as=" + ADDRESS_SPACE_BYTES, "--cpu=" + CPU_SECONDS, "--", program.toString());
        return Command.run(limits, arguments, wallClock);
    }

    private static DiskException failed(Path disk, long sizeBytes, String why, @Nullable Throwable cause) {
        return new DiskException(
                "cannot create disk " + disk + " of " + sizeBytes + " bytes: " + why + "; " + freeSpace(parent(disk)),
                cause);
    }

    private static String freeSpace(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace() + " bytes are free in " + directory;
        } catch (IOException e) {
            return directory + " cannot be examined (" + e + ")";
        }
    }

    private static void sync(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    private static Path parent(Path absolute) {
        return requireNonNull(absolute.getParent(), "an absolute path of a file has a parent");
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.warn("cannot delete temporary file {}: {}", temporary, e.toString());
        }
    }

    /** qemu-img takes "nbd:…", "json:…" or "-o" for something else than a file; an absolute path is always a file. */
    private static void requireAbsolute(Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("path " + path + " is relative");
        }
    }
}
