package org.novamq.tests.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that an instance could leave on the host.
 *
 * @param domains UUIDs
 * @param taps names
 * @param files below the state directory: instances, disks, and whatever else should not be there
 */
record Footprint(List<String> domains, List<String> taps, List<String> files) {
    static Footprint now() {
        return new Footprint(Sandbox.domains(), tapsNow(), filesBelow(Sandbox.STATE));
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
