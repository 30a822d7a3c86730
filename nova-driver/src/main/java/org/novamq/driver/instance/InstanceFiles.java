package org.novamq.driver.instance;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.novamq.driver.disk.BadImageException;
import org.novamq.driver.disk.BaseImageCheck;
import org.novamq.driver.disk.ConfigDrive;
import org.novamq.driver.disk.DiskException;
import org.novamq.driver.disk.DiskFiles;
import org.novamq.driver.disk.DiskSpace;
import org.novamq.driver.disk.ImageInfo;
import org.novamq.driver.disk.InstanceDirectory;
import org.novamq.driver.disk.QemuImg;
import org.novamq.image.Findings;
import org.novamq.image.Texts;

/** The files of instances: what they boot from, their disks, their console logs. */
public final class InstanceFiles {
    /** Nova: {@code MAX_CONSOLE_BYTES}, nova/virt/libvirt/driver.py. */
    private static final int MAX_CONSOLE_BYTES = 100 * 1024;

    private final InstanceDirectory directory;
    private final QemuImg qemuImg;
    private final BaseImageCheck imageCheck;
    private final DiskFiles disks = new DiskFiles();
    private final ConfigDrive configDrives = new ConfigDrive();

    public InstanceFiles(InstanceDirectory directory, QemuImg qemuImg) {
        this.directory = directory;
        this.qemuImg = qemuImg;
        this.imageCheck = new BaseImageCheck(qemuImg);
    }

    /**
     * Checks every file that an instance would boot from; one that cannot be used is a problem.
     *
     * @return the size of its root disk, bytes; 0 without one
     */
    public long check(BootSource boot, int rootGib, Findings findings) {
        boot.kernel().ifPresent(kernel -> problem(kernel, findings, () -> checkFile(kernel)));
        boot.ramdisk().ifPresent(ramdisk -> problem(ramdisk, findings, () -> checkFile(ramdisk)));
        return boot.disk()
                .map(disk -> problem(disk, findings, () -> checkDisk(disk, rootGib)))
                .orElse(0L);
    }

    /**
     * The same, where the first that cannot be used ends it.
     *
     * @throws BadImageException it cannot be used
     */
    public long check(BootSource boot, int rootGib) {
        boot.kernel().ifPresent(this::checkFile);
        boot.ramdisk().ifPresent(this::checkFile);
        return boot.disk().map(disk -> checkDisk(disk, rootGib)).orElse(0L);
    }

    private static long problem(BootSource.ImageFile file, Findings findings, LongSupplier check) {
        try {
            return check.getAsLong();
        } catch (BadImageException e) {
            findings.problem("server.imageRef", file.name(), Texts.reason(e));
            return 0;
        }
    }

    private long checkFile(BootSource.ImageFile file) {
        imageCheck.checkFile(file.name(), file.file());
        return 0;
    }

    private long checkDisk(BootSource.ImageFile disk, int rootGib) {
        ImageInfo info = imageCheck.check(disk.name(), disk.file(), disk.format());
        return BaseImageCheck.rootDiskBytes(disk.name(), disk.file(), info, rootGib);
    }

    /** Of the file system that the disks of instances lie on. */
    public DiskSpace space() {
        return directory.space();
    }

    /** Makes the directory and, where there is one, the root disk over its base. */
    public void create(UUID uuid, BootSource boot, long rootDiskBytes) {
        directory.create(uuid);
        boot.disk()
                .ifPresent(
                        disk -> qemuImg.createOverlay(disk.file(), disk.format(), directory.disk(uuid), rootDiskBytes));
    }

    /** Keeps the root disk of a guest that is off as it is now; one that is kept already is left so. */
    public void stashDisk(UUID uuid) {
        disks.copy(directory.disk(uuid), directory.stashedDisk(uuid));
    }

    /** Makes the root disk larger; one of that size is left as it is. */
    public void growDisk(UUID uuid, long bytes) {
        qemuImg.resize(directory.disk(uuid), bytes);
    }

    /** Puts the root disk back that was kept, if there is one. */
    public void restoreDisk(UUID uuid) {
        disks.moveIfThere(directory.stashedDisk(uuid), directory.disk(uuid));
    }

    /** Forgets the root disk that was kept, if there is one. */
    public void dropStash(UUID uuid) {
        disks.delete(directory.stashedDisk(uuid));
    }

    /** Makes a new root disk beside the old one; one that an interrupted rebuild has left is made again. */
    public void prepareRebuilt(UUID uuid, BootSource boot, long rootDiskBytes) {
        makeAnew(directory.rebuiltDisk(uuid), boot, rootDiskBytes);
    }

    private void makeAnew(Path target, BootSource boot, long bytes) {
        disks.delete(target);
        boot.disk().ifPresent(disk -> qemuImg.createOverlay(disk.file(), disk.format(), target, bytes));
    }

    /** Lets the new root disk take the old one's place, if that is still to do; or none, for a guest without one. */
    public void adoptRebuilt(UUID uuid, BootSource boot) {
        if (boot.disk().isEmpty()) {
            disks.delete(directory.disk(uuid));
        }
        disks.moveIfThere(directory.rebuiltDisk(uuid), directory.disk(uuid));
    }

    /** Forgets the new root disk. */
    public void dropRebuilt(UUID uuid) {
        disks.delete(directory.rebuiltDisk(uuid));
    }

    /** Makes the disk that an instance is rescued from; one that an interrupted rescue has left is made again. */
    public void prepareRescue(UUID uuid, BootSource boot, long bytes) {
        makeAnew(directory.rescueDisk(uuid), boot, bytes);
    }

    /** Makes the config drive of the rescue. */
    public void giveRescueConfigDrive(UUID uuid, Map<String, byte[]> contents) {
        configDrives.create(directory.rescueConfigDrive(uuid), contents);
    }

    /** Forgets what was made for a rescue, if anything was. */
    public void dropRescue(UUID uuid) {
        disks.delete(directory.rescueDisk(uuid));
        disks.delete(directory.rescueConfigDrive(uuid));
    }

    /** Makes the config drive, or makes it anew; not where the guest has been given one. */
    public void writeConfigDrive(UUID uuid, Map<String, String> contents) {
        if (!isGiven(uuid)) {
            Map<String, byte[]> bytes = new LinkedHashMap<>();
            contents.forEach((path, text) -> bytes.put(path, text.getBytes(StandardCharsets.UTF_8)));
            configDrives.create(directory.configDrive(uuid), bytes);
        }
    }

    /** Makes the one that its nova-compute wants it to have, in the place of ours. */
    public void giveConfigDrive(UUID uuid, Map<String, byte[]> contents) {
        configDrives.create(directory.givenConfigDrive(uuid), contents);
    }

    /** The one that the guest has, or would have. */
    public Path configDrive(UUID uuid) {
        return isGiven(uuid) ? directory.givenConfigDrive(uuid) : directory.configDrive(uuid);
    }

    /** The same while it is rescued. */
    public Path rescueConfigDrive(UUID uuid) {
        Path given = directory.rescueConfigDrive(uuid);
        return given.toFile().isFile() ? given : configDrive(uuid);
    }

    private boolean isGiven(UUID uuid) {
        return directory.givenConfigDrive(uuid).toFile().isFile();
    }

    public void delete(UUID uuid) {
        directory.delete(uuid);
    }

    public Path disk(UUID uuid) {
        return directory.disk(uuid);
    }

    /** The one that it is rescued from. */
    public Path rescueDisk(UUID uuid) {
        return directory.rescueDisk(uuid);
    }

    public Path consoleLog(UUID uuid) {
        return directory.consoleLog(uuid);
    }

    /** The end of the console's log; empty where there is none yet. */
    public String consoleOutput(UUID uuid, int lines) {
        Optional<String> text = tail(directory.consoleLog(uuid));
        if (text.isEmpty() || lines < 0) {
            return text.orElse("");
        }
        String[] all = text.get().split("\n", -1);
        int end = text.get().endsWith("\n") ? all.length - 1 : all.length;
        int from = Math.max(0, end - lines);
        return String.join("\n", Arrays.copyOfRange(all, from, all.length));
    }

    private static Optional<String> tail(Path log) {
        if (!log.toFile().isFile()) {
            return Optional.empty();
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - MAX_CONSOLE_BYTES);
            file.seek(from);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.readFully(bytes);
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new DiskException("cannot read the console log " + log + ": " + e, e);
        }
    }
}
