package org.novamq.driver.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes config drives as Nova does (nova/virt/configdrive.py): ISO 9660 by genisoimage, labelled {@code config-2}. */
public final class ConfigDrive {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigDrive.class);
    private static final Path GENISOIMAGE = Path.of("/usr/bin/genisoimage");
    private static final Duration WALL_CLOCK = Duration.ofMinutes(1);

    /**
     * Makes one, whole or not at all; one that is there is replaced.
     *
     * @param iso absolute
     * @param files what is on it, by their paths below its root
     * @throws DiskException when it cannot be made; nothing is left behind
     */
    public void create(Path iso, Map<String, byte[]> files) {
        Path directory = Objects.requireNonNull(iso.getParent(), "a config drive lies in a directory");
        String unique = "." + iso.getFileName() + "." + UUID.randomUUID();
        Path tree = directory.resolve(unique);
        Path temporary = directory.resolve(unique + ".tmp");
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path path = tree.resolve(file.getKey()).normalize();
                if (!path.startsWith(tree)) {
                    throw new DiskException("cannot put " + file.getKey() + " on a config drive: it lies beside it");
                }
                Files.createDirectories(Objects.requireNonNull(path.getParent(), "it lies in the tree"));
                Files.write(path, file.getValue());
            }
            Command.Result result = Command.run(
                    List.of(GENISOIMAGE.toString()),
                    List.of("-quiet", "-J", "-r", "-V", "config-2", "-o", temporary.toString(), tree.toString()),
                    WALL_CLOCK);
            if (result.exitCode() != 0) {
                throw new DiskException("cannot make the config drive " + iso + ": " + result.firstError());
            }
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
            Files.move(temporary, iso, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new DiskException("cannot make the config drive " + iso + ": " + e, e);
        } finally {
            deleteQuietly(temporary);
            deleteQuietly(tree);
        }
    }

    private static void deleteQuietly(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", path, e.toString());
        }
    }
}
