package org.novamq.tests.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All that an instance could leave on the host.
 *
 * @param domains UUIDs, of running ones and others
 * @param guests the names of the QEMU processes, whether libvirt knows of them or not
 * @param taps names
 * @param files below the state directory: instances, disks, and whatever else should not be there
 */
record Footprint(List<String> domains, List<String> guests, List<String> taps, List<String> files) {
    private static final Pattern GUEST = Pattern.compile("guest=([^,]+)");

    static Footprint now() {
        return new Footprint(Sandbox.domains(), guestsNow(), tapsNow(), filesBelow(Sandbox.STATE));
    }

    /** The same where libvirtd cannot be asked. */
    static Footprint withoutLibvirtd() {
        return new Footprint(List.of(), guestsNow(), tapsNow(), filesBelow(Sandbox.STATE));
    }

    private static List<String> guestsNow() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().arguments().stream())
                .flatMap(Arrays::stream)
                .map(GUEST::matcher)
                .filter(Matcher::lookingAt)
                .map(guest -> guest.group(1))
                .sorted()
                .toList();
    }

    static List<String> tapsNow() {
        try (Stream<Path> devices = Files.list(Path.of("/sys/class/net"))) {
            return devices.map(device -> device.getFileName().toString())
                    .filter(name -> !name.equals("lo") && !name.startsWith("br-"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything below a directory, by its path relative to it. */
    static List<String> filesBelow(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.map(path -> directory.relativize(path).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
