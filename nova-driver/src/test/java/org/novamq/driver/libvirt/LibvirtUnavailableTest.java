package org.novamq.driver.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novamq.driver.libvirt.HypervisorException.Kind;

/** libvirt that is not there, or is there and does not answer. */
@Timeout(60)
class LibvirtUnavailableTest {
    private static final UUID ONE = UUID.fromString("11111111-aaaa-4bbb-8ccc-000000000001");

    @TempDir
    private Path directory;

    static Stream<Consumer<Hypervisor>> everyCall() {
        return Stream.of(
                h -> h.define("<domain/>"),
                h -> h.start(ONE, Lane.NORMAL),
                h -> h.start(ONE, Lane.MAY_BLOCK),
                h -> h.destroy(ONE),
                h -> h.undefine(ONE),
                h -> h.find(ONE),
                Hypervisor::list,
                h -> h.setMetadata(ONE, new DomainMetadata("a", "b", "<c/>")),
                h -> h.agentCommand(ONE, "{}", Duration.ofSeconds(1)),
                Hypervisor::hostInfo);
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void withoutLibvirtdEveryCallIsUnavailableAtOnce(Consumer<Hypervisor> call) {
        String uri = "qemu+unix:///system?socket=" + directory.resolve("nobody");
        try (LibvirtHypervisor hypervisor = new LibvirtHypervisor(LibvirtSettings.of(uri))) {
            Duration took =
                    timed(() -> assertUnavailable(() -> call.accept(hypervisor), "connect to libvirt at " + uri));
            assertThat(took).isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void anUnknownUriIsUnavailable() {
        try (LibvirtHypervisor hypervisor = new LibvirtHypervisor(LibvirtSettings.of("nonsense:///system"))) {
            assertUnavailable(hypervisor::list, "connect to libvirt at nonsense:///system");
        }
    }

    @Test
    void aLibvirtdThatAcceptsAndSaysNothingIsUnavailableAfterTheConnectTimeout() throws IOException {
        Path socket = directory.resolve("silent");
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(socket));
            LibvirtSettings settings = new LibvirtSettings(
                    "qemu+unix:///system?socket=" + socket,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    4,
                    5);
            try (LibvirtHypervisor hypervisor = new LibvirtHypervisor(settings)) {
                // four at once try side by side, not one after the other
                Duration took = timed(() -> IntStream.range(0, 4)
                        .mapToObj(i ->
                                CompletableFuture.runAsync(() -> assertUnavailable(hypervisor::list, "within 1 s")))
                        .toList()
                        .forEach(CompletableFuture::join));
                assertThat(took).isBetween(Duration.ofMillis(900), Duration.ofSeconds(3));

                assertUnavailable(hypervisor::list, "within 1 s");
                Duration refused = timed(() -> assertUnavailable(hypervisor::list, "have not come back"));
                assertThat(refused).isLessThan(Duration.ofMillis(500));
            }
            Files.deleteIfExists(socket);
        }
    }

    private static void assertUnavailable(ThrowingCallable call, String text) {
        // "does not load" would be true of every one of these tests where libvirt is not installed
        assertThatThrownBy(call)
                .hasMessageNotContaining("does not load")
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                .hasMessageStartingWith("cannot ")
                .hasMessageContaining(text);
    }

    private static Duration timed(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
