package org.novamq.driver.glance;

import com.google.common.util.concurrent.Striped;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.novamq.driver.disk.BaseImageCheck;
import org.novamq.driver.disk.DiskException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Glance's images on this host, one file each, named by id and hash: a file of that name is whole and has been checked.
 * The directory belongs to one service alone; what else lies in it is left alone. Thread-safe.
 */
public final class ImageCache {
    private static final Logger LOG = LoggerFactory.getLogger(ImageCache.class);

    private static final Pattern IMAGE =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-[a-z0-9_]+-[0-9a-f]+");
    private static final Pattern PART = Pattern.compile("\\." + IMAGE.pattern() + "\\.[0-9a-f-]{36}\\.part");

    /** As {@code instances_path}: QEMU's user opens files by name, and nobody lists them. */
    private static final String DIRECTORY_MODE = "rwx--x--x";

    /** As Nova's base images: libvirt hands them to QEMU's user, and back. */
    private static final String FILE_MODE = "rw-r--r--";

    private static final int LOCKS = 1 << 10;
    private static final long LOOK_MILLIS = 500;

    private final Path directory;
    private final Optional<GlanceClient> glance;
    private final BaseImageCheck check;
    private final Duration age;
    private final Clock clock;

    /** One download of an image at a time; whoever comes second finds it done. */
    private final Striped<Lock> locks = Striped.lazyWeakLock(LOCKS);

    /** Files that this process is writing. */
    private final Set<Path> underWay = ConcurrentHashMap.newKeySet();

    /**
     * Reads and makes nothing yet.
     *
     * @param directory {@code image_cache_path}, absolute; made when the first image is fetched
     * @param glance absent where the configuration names none
     * @param age {@code image_cache_age}: what is unused is kept so long
     */
    public ImageCache(Path directory, Optional<GlanceClient> glance, BaseImageCheck check, Duration age, Clock clock) {
        this.directory = directory;
        this.glance = glance;
        this.check = check;
        this.age = age;
        this.clock = clock;
    }

    /** Whether there is a Glance to fetch from. */
    public boolean isConfigured() {
        return glance.isPresent();
    }

    /** Where an image lies, or will lie once it has been brought. */
    public Path path(GlanceImage image) {
        return directory.resolve(image.fileName());
    }

    /**
     * Sees to it that an image lies at its path.
     *
     * @param heartbeat called again and again while it takes long; what it throws ends it
     * @throws GlanceException it cannot be had, or is not what its hash says
     * @throws org.novamq.driver.disk.BadImageException it must not be a disk
     * @throws DiskException it cannot be written
     */
    public void bring(GlanceImage image, Optional<Token> token, Runnable heartbeat) {
        Path file = path(image);
        Lock lock = locks.get(file);
        acquire(lock, image, heartbeat);
        try {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            } else {
                fetch(image, token, file, heartbeat);
            }
        } catch (IOException e) {
            throw new DiskException("cannot keep image " + image.id() + " in " + directory + ": " + e, e);
        } finally {
            lock.unlock();
        }
    }

    private static void acquire(Lock lock, GlanceImage image, Runnable heartbeat) {
        try {
            while (!lock.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                heartbeat.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GlanceException("cannot fetch image " + image.id() + ": interrupted", e);
        }
    }

    private void fetch(GlanceImage image, Optional<Token> token, Path file, Runnable heartbeat) throws IOException {
        GlanceClient client = glance.orElseThrow(() -> new GlanceException(
                "cannot fetch image " + image.id() + ": the configuration has no glance_endpoint", null));
        createDirectory();
        Path part = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
        underWay.add(part);
        try {
            long begun = System.nanoTime();
            client.fetch(image, token, part, heartbeat);
            if (image.isDisk()) {
                check.check(image.id().toString(), part, image.diskFormat());
            }
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString(FILE_MODE));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            LOG.info("image {} is there: {} bytes in {} ms", image.id(), Files.size(file), millis);
        } finally {
            Files.deleteIfExists(part);
            underWay.remove(part);
        }
    }

    private synchronized void createDirectory() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(Objects.requireNonNull(directory.getParent(), "it is no root"));
            Files.createDirectory(directory);
            // not at creation: the umask would take away from it
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(DIRECTORY_MODE));
        }
    }

    /**
     * Removes what an earlier service has left half-written, and images that nobody has used for long.
     *
     * @param users asked only where something is old enough: whether a file of this name is in use
     */
    public void sweep(Supplier<Predicate<String>> users) {
        try {
            for (Path part : matching(PART)) {
                if (!underWay.contains(part)) {
                    LOG.info("{} was left half-written and is removed", part);
                    Files.deleteIfExists(part);
                }
            }
            List<Path> old = matching(IMAGE).stream().filter(this::isOld).toList();
            if (!old.isEmpty()) {
                Predicate<String> used = users.get();
                old.stream().filter(file -> !used.test(name(file))).forEach(this::remove);
            }
        } catch (IOException e) {
            throw new DiskException("cannot clear up the image cache " + directory + ": " + e, e);
        }
    }

    /** Unless somebody has come for it meanwhile. */
    private void remove(Path file) {
        Lock lock = locks.get(file);
        if (lock.tryLock()) {
            try {
                if (isOld(file)) {
                    LOG.info("image {} has been unused for {} s or more and is removed", file, age.toSeconds());
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                throw new DiskException("cannot remove image " + file + ": " + e, e);
            } finally {
                lock.unlock();
            }
        }
    }

    private List<Path> matching(Pattern pattern) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> pattern.matcher(name(file)).matches()).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private boolean isOld(Path file) {
        try {
            Instant used =
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
            return used.plus(age).isBefore(clock.instant());
        } catch (IOException e) {
            return false; // gone
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
