package org.novamq.tests.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes image files. */
final class Images {
    private Images() {}

    /** A blank qcow2 image, with options for {@code qemu-img create -o}. */
    static Path qcow2(Path file, String size, String... options) {
        List<String> command = new ArrayList<>(List.of("qemu-img", "create", "-q", "-f", "qcow2"));
        for (String option : options) {
            command.addAll(List.of("-o", option));
        }
        command.addAll(List.of(file.toString(), size));
        Program.run(command).sound();
        return file;
    }

    static Path raw(Path file, String size) {
        Program.run("qemu-img", "create", "-q", "-f", "raw", file.toString(), size)
                .sound();
        return file;
    }

    static Path text(Path file, String content) {
        try {
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
