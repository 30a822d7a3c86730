package org.novamq.driver.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the host's CPUs have done since it was booted, all together, divided as libvirt's virNodeGetCPUStats does.
 *
 * @param kernel ns, interrupts included
 * @param user ns
 * @param idle ns
 * @param iowait ns
 * @param frequency MHz of the first CPU; 0 where the kernel does not tell
 */
public record CpuStats(long kernel, long user, long idle, long iowait, int frequency) {
    // Documentation/filesystems/proc.rst, 1.7: user nice system idle iowait irq softirq
    private static final Pattern ALL_CPUS =
            Pattern.compile("^cpu +(\\d+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+)", Pattern.MULTILINE);
    private static final Pattern MEGAHERTZ = Pattern.compile("^cpu MHz\\s*: (\\d{1,6})", Pattern.MULTILINE);

    /** USER_HZ is 100 on x86, whatever the kernel's own clock. */
    private static final long NANOS_PER_TICK = 10_000_000;

    /** Of this machine. */
    public static CpuStats read() {
        return read(Path.of("/"));
    }

    /**
     * Of the machine whose files lie under {@code root}.
     *
     * @throws UncheckedIOException when there is nothing to read
     */
    static CpuStats read(Path root) {
        try {
            return parse(Files.readString(root.resolve("proc/stat")), Files.readString(root.resolve("proc/cpuinfo")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what the host's CPUs have done: " + e, e);
        }
    }

    private static CpuStats parse(String stat, String cpuinfo) throws IOException {
        Matcher ticks = ALL_CPUS.matcher(stat);
        if (!ticks.find()) {
            throw new IOException("no line 'cpu' in /proc/stat");
        }
        Matcher frequency = MEGAHERTZ.matcher(cpuinfo);
        return new CpuStats(
                nanos(ticks, 3) + nanos(ticks, 6) + nanos(ticks, 7),
                nanos(ticks, 1) + nanos(ticks, 2),
                nanos(ticks, 4),
                nanos(ticks, 5),
                frequency.find() ? Integer.parseInt(frequency.group(1)) : 0);
    }

    private static long nanos(Matcher ticks, int group) {
        return Long.parseLong(ticks.group(group)) * NANOS_PER_TICK;
    }
}
