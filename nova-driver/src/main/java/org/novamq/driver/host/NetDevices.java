package org.novamq.driver.host;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The host's network devices, as sysfs shows them: whether one is there, and how many queues a guest has enabled on its
 * tap, without the guest's help.
 *
 * <p>QEMU detaches the queues that the guest does not use (TUNSETQUEUE), and the kernel then takes them out of {@code
 * /sys/class/net/TAP/queues} (drivers/net/tun.c, netif_set_real_num_rx_queues). A guest that is paused, still booting or
 * without a driver shows 1. Means nothing for macvtap: its queues are not there.
 */
public final class NetDevices {
    // include/uapi/linux/if.h: IFNAMSIZ 16 with the final NUL; narrower in its characters than dev_valid_name(),
    // because it
    // becomes a path
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,15}");
    private static final Pattern RX_QUEUE = Pattern.compile("rx-[0-9]+");

    private final Path root;

    /** Looks at this machine's own {@code /sys}, that is at the network namespace in which it was mounted. */
    public NetDevices() {
        this(Path.of("/"));
    }

    /** Looks under {@code root}{@code /sys}. */
    public NetDevices(Path root) {
        this.root = requireNonNull(root, "root is null");
    }

    /**
     * The number of active receive queues, empty when there is no such device.
     *
     * @throws IllegalArgumentException when {@code tap} cannot be a device's name
     */
    public OptionalInt activeQueues(String tap) {
        if (!isName(tap)) {
            throw new IllegalArgumentException("cannot read the queues of tap '" + tap
                    + "': a name has 1 to 15 characters (Linux IFNAMSIZ) out of A-Z a-z 0-9 _ . -");
        }
        Path queues = directory(tap).resolve("queues");
        try (Stream<Path> entries = Files.list(queues)) {
            return parse(
                    entries.map(entry -> String.valueOf(entry.getFileName())).toList());
        } catch (NoSuchFileException gone) {
            return OptionalInt.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the queues of tap " + tap + " from " + queues + ": " + e, e);
        }
    }

    /**
     * Whether anything has come out of a device's other side since it was made: for a tap, whether its guest has sent
     * (drivers/net/tun.c counts that as received). False where there is no such device or it does not say.
     */
    public boolean hasReceived(String name) {
        if (!isName(name)) {
            return false;
        }
        try {
            String packets = Files.readString(directory(name).resolve("statistics/rx_packets"));
            return !packets.isBlank() && !packets.strip().equals("0");
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether there is such a device; what cannot be a device's name is none. */
    public boolean exists(String name) {
        return isName(name) && Files.isDirectory(directory(name));
    }

    private Path directory(String name) {
        return root.resolve("sys/class/net").resolve(name);
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches() && !text.equals(".") && !text.equals("..");
    }

    /** Counts {@code rx-N} among the names of one {@code queues} directory. */
    static OptionalInt parse(List<String> names) {
        long queues =
                names.stream().filter(name -> RX_QUEUE.matcher(name).matches()).count();
        return OptionalInt.of(Math.toIntExact(queues));
    }
}
