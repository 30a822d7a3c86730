package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs the service for one class of tests, and sees to it that every test leaves the host as it found it. After a failure
 * it shows the service's log and clears up, so that the next test has a chance.
 */
public final class TestHost implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final long BLANK_BYTES = 1 << 20;

    private final Path directory;
    private final Consumer<Scene> addition;
    private final Client client = new Client();
    private final Servers servers = new Servers(client);
    private final Service service;
    private Optional<Footprint> before = Optional.empty();

    private TestHost(String name, Consumer<Scene> addition) {
        this.directory = Sandbox.STATE.resolve(name);
        this.addition = addition;
        this.service = new Service(Path.of("/run/novamq/it").resolve(name), client);
    }

    /** With the scene that every class has. */
    static TestHost named(String name) {
        return named(name, scene -> {});
    }

    /** With additions; they may also make image files. */
    static TestHost named(String name, Consumer<Scene> addition) {
        return new TestHost(name, addition);
    }

    Client client() {
        return client;
    }

    Servers servers() {
        return servers;
    }

    Service service() {
        return service;
    }

    Path instances() {
        return directory.resolve("instances");
    }

    Path images() {
        return directory.resolve("images");
    }

    /** {@code novamq} with these arguments. */
    Program.Result novamq(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Service.NOVAMQ.toString()));
        command.addAll(List.of(arguments));
        return Program.run(command);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Sandbox.require();
        Path images = Files.createDirectories(directory.resolve("images"));
        Files.createDirectories(instances());
        try (RandomAccessFile blank =
                new RandomAccessFile(images.resolve("blank.raw").toFile(), "rw")) {
            blank.setLength(BLANK_BYTES);
        }
        Scene scene = new Scene(instances(), images);
        addition.accept(scene);
        service.start(scene.toString());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        before = Optional.of(Footprint.now());
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        Footprint after = Footprint.now();
        boolean failed = context.getExecutionException().isPresent();
        if (failed || !before.equals(Optional.of(after))) {
            System.err.println("--- the service's log after " + context.getDisplayName() + "\n" + service.log());
            clear();
        }
        if (!failed) {
            assertThat(after).as("what the test has left").isEqualTo(before.orElseThrow());
        }
    }

    private void clear() throws IOException {
        for (String domain : Sandbox.domains()) {
            Sandbox.virsh("destroy", domain);
            Sandbox.virsh("undefine", domain);
        }
        try (Stream<Path> files = Files.walk(instances())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(instances())) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        service.stop();
    }
}
