package org.novamq.driver.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.novamq.driver.libvirt.HypervisorException.Kind;

/** Pausing, saving, and libvirt's own reports of it, against libvirt's test driver in this process. */
@Timeout(60)
class DomainLifeCallsTest {
    private static final UUID ONE = UUID.fromString("11111111-aaaa-4bbb-8ccc-000000000001");
    private static final UUID NOBODY = UUID.fromString("99999999-aaaa-4bbb-8ccc-000000000009");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private LibvirtHypervisor hypervisor;

    @BeforeEach
    void define() throws IOException {
        Path node = Files.writeString(directory.resolve("node.xml"), "<node><memory>4194304</memory></node>");
        hypervisor = new LibvirtHypervisor(LibvirtSettings.of("test://" + node));
        define(8192);
    }

    private void define(int memory) {
        hypervisor.define("<domain type='test'><name>one</name><uuid>" + ONE + "</uuid><memory>" + memory
                + "</memory><os><type>hvm</type></os></domain>");
    }

    @AfterEach
    void close() {
        hypervisor.close();
    }

    private PowerState state() {
        return hypervisor.find(ONE).orElseThrow().state();
    }

    @Test
    void pausesAndResumesAsOftenAsAsked() {
        hypervisor.start(ONE, Lane.NORMAL);
        hypervisor.suspend(ONE);
        hypervisor.suspend(ONE);
        assertThat(state()).isEqualTo(PowerState.PAUSED);
        hypervisor.resume(ONE);
        hypervisor.resume(ONE);
        assertThat(state()).isEqualTo(PowerState.RUNNING);
    }

    @Test
    void savesMemoryAndGoesOnFromIt() {
        hypervisor.start(ONE, Lane.NORMAL);
        hypervisor.save(ONE);
        Domain saved = hypervisor.find(ONE).orElseThrow();
        assertThat(saved.state()).isEqualTo(PowerState.SHUTDOWN);
        assertThat(saved.saved()).isTrue();
        hypervisor.start(ONE, Lane.NORMAL);
        assertThat(hypervisor.find(ONE).orElseThrow().saved()).isFalse();
        hypervisor.save(ONE);
        hypervisor.dropSaved(ONE);
        hypervisor.dropSaved(ONE);
        assertThat(hypervisor.find(ONE).orElseThrow().saved()).isFalse();
    }

    @Test
    void theStoredDefinitionIsNotThatOfTheDomainThatRuns() {
        hypervisor.start(ONE, Lane.NORMAL);
        define(4096);
        assertThat(hypervisor.find(ONE).orElseThrow().xml()).contains(">8192</memory>");
        assertThat(hypervisor.storedXml(ONE)).contains(">4096</memory>");
        assertThatThrownBy(() -> hypervisor.storedXml(NOBODY))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
    }

    @Test
    void whatIsOffCannotBePausedSavedOrShutDown() {
        for (Runnable call : List.<Runnable>of(
                () -> hypervisor.suspend(ONE), () -> hypervisor.save(ONE), () -> hypervisor.shutdown(ONE))) {
            assertThatThrownBy(call::run)
                    .isInstanceOfSatisfying(
                            HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));
        }
        assertThatThrownBy(() -> hypervisor.shutdown(NOBODY))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
    }

    @Test
    void reportsWhatHappens() throws Exception {
        List<DomainEvent> reports = new CopyOnWriteArrayList<>();
        try (AutoCloseable subscription = hypervisor.subscribe(reports::add)) {
            await().atMost(LIMIT).until(() -> kinds(reports).contains(DomainEvent.Kind.CONNECTED));
            hypervisor.start(ONE, Lane.NORMAL);
            hypervisor.suspend(ONE);
            hypervisor.resume(ONE);
            hypervisor.destroy(ONE);
            await().atMost(LIMIT).until(() -> kinds(reports).contains(DomainEvent.Kind.STOPPED));
            assertThat(kinds(reports))
                    .containsSubsequence(
                            DomainEvent.Kind.CONNECTED,
                            DomainEvent.Kind.STARTED,
                            DomainEvent.Kind.PAUSED,
                            DomainEvent.Kind.RESUMED,
                            DomainEvent.Kind.STOPPED);
            assertThat(reports)
                    .filteredOn(report -> report.kind() == DomainEvent.Kind.STOPPED)
                    .allMatch(report -> report.domain().orElseThrow().equals(ONE));
            assertThat(subscription).isNotNull();
        }
        reports.clear();
        hypervisor.start(ONE, Lane.NORMAL);
        assertThat(kinds(reports)).doesNotContain(DomainEvent.Kind.STARTED);
    }

    private static List<DomainEvent.Kind> kinds(List<DomainEvent> reports) {
        return reports.stream().map(DomainEvent::kind).toList();
    }
}
