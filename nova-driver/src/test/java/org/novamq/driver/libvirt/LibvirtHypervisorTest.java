package org.novamq.driver.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novamq.driver.libvirt.HypervisorException.Kind;

/** Against libvirt's test driver in this process, which needs libvirt0 and nothing else; without it these tests fail. */
@Timeout(60)
class LibvirtHypervisorTest {
    private static final UUID ONE = UUID.fromString("11111111-aaaa-4bbb-8ccc-000000000001");
    private static final UUID TWO = UUID.fromString("22222222-aaaa-4bbb-8ccc-000000000002");
    private static final UUID NOBODY = UUID.fromString("99999999-aaaa-4bbb-8ccc-000000000009");

    private static final String NODE = """
            <node>
              <cpu><mhz>2000</mhz><model>x86_64</model><active>6</active><nodes>1</nodes><sockets>1</sockets>\
            <cores>6</cores><threads>1</threads></cpu>
              <memory>4194304</memory>
            </node>
            """;

    @TempDir
    private Path directory;

    private LibvirtHypervisor hypervisor;

    @BeforeEach
    void connect() throws IOException {
        Path node = Files.writeString(directory.resolve("node.xml"), NODE);
        hypervisor = new LibvirtHypervisor(LibvirtSettings.of("test://" + node));
    }

    @AfterEach
    void close() {
        hypervisor.close();
    }

    @Test
    void definesStartsDestroysAndUndefines() {
        hypervisor.define(xml(ONE, "instance-one", ""));
        assertThat(state(ONE)).isEqualTo(PowerState.SHUTDOWN);

        hypervisor.start(ONE, Lane.NORMAL);
        assertThat(state(ONE)).isEqualTo(PowerState.RUNNING);

        hypervisor.destroy(ONE);
        assertThat(state(ONE)).isEqualTo(PowerState.SHUTDOWN);

        hypervisor.undefine(ONE);
        assertThat(hypervisor.find(ONE)).isEmpty();
    }

    @Test
    void bothLanesStart() {
        hypervisor.define(xml(ONE, "one", ""));
        hypervisor.start(ONE, Lane.MAY_BLOCK);
        assertThat(state(ONE)).isEqualTo(PowerState.RUNNING);
    }

    @Test
    void listsEveryDomainByName() {
        hypervisor.define(xml(TWO, "zwei", ""));
        hypervisor.define(xml(ONE, "eins", ""));
        hypervisor.start(TWO, Lane.NORMAL);

        assertThat(hypervisor.list())
                .extracting(Domain::uuid, Domain::name, Domain::state)
                .containsExactly(tuple(ONE, "eins", PowerState.SHUTDOWN), tuple(TWO, "zwei", PowerState.RUNNING));
    }

    @Test
    void redefinesTheSameUuid() {
        hypervisor.define(xml(ONE, "one", "<title>before</title>"));
        hypervisor.define(xml(ONE, "one", "<title>after</title>"));
        assertThat(hypervisor.list()).hasSize(1);
        assertThat(xmlOf(ONE)).contains("<title>after</title>");
    }

    /** libvirt checks a document for longer than it is given here, and then takes it all the same. */
    @Test
    void whoDefinesIsToldWhenThatComesTooLate() throws Exception {
        Path node = Files.writeString(directory.resolve("slow.xml"), NODE);
        LibvirtSettings hasty = LibvirtSettings.of("test://" + node).withLibvirtTimeout(Duration.ofMillis(1));
        try (LibvirtHypervisor slow = new LibvirtHypervisor(hasty)) {
            assertThat(slow.list()).as("connected").isEmpty();
            CountDownLatch late = new CountDownLatch(1);
            assertThatThrownBy(() -> slow.define(xml(ONE, "one", ""), late::countDown))
                    .isInstanceOfSatisfying(
                            HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT));

            assertThat(late.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void textSurvivesWhateverTheLocale() {
        String title = "Größe 大 🐧 &lt;&amp;&gt; ../";
        hypervisor.define(xml(ONE, "one", "<title>" + title + "</title>"));
        assertThat(xmlOf(ONE)).contains("<title>" + title + "</title>");
    }

    @Test
    void metadataIsWrittenReplacedAndShownWhetherItRunsOrNot() {
        hypervisor.define(xml(ONE, "one", ""));
        for (String state : List.of("building", "active")) {
            hypervisor.setMetadata(
                    ONE,
                    new DomainMetadata(
                            "mq", "https://novamq.org/1", "<instance><state>" + state + "</state></instance>"));
            assertThat(xmlOf(ONE))
                    .contains("<mq:state>" + state + "</mq:state>")
                    .contains("https://novamq.org/1");
            if (state.equals("building")) {
                hypervisor.start(ONE, Lane.NORMAL);
            }
        }
        assertThat(xmlOf(ONE)).doesNotContain("building");
        hypervisor.destroy(ONE);
        assertThat(xmlOf(ONE)).as("the stored definition has it too").contains("<mq:state>active</mq:state>");
    }

    @Test
    void describesTheHost() {
        HostInfo host = hypervisor.hostInfo();
        assertThat(host.cpus()).isEqualTo(6);
        assertThat(host.memoryKib()).isEqualTo(4_194_304);
        assertThat(host.hypervisorType()).isEqualTo("TEST");
        assertThat(host.hypervisorVersion()).hasToString("0.0.2");
        assertThat(host.libvirtVersion()).isGreaterThan(new HostInfo.Version(6, 0, 0));
        assertThat(host.hostname()).isNotEmpty();
        assertThat(host.uri()).isNotEmpty();
    }

    @Test
    void whatIsGoneAlreadyIsNoError() {
        hypervisor.define(xml(ONE, "one", ""));
        assertThatCode(() -> hypervisor.destroy(ONE)).doesNotThrowAnyException();
        assertThatCode(() -> hypervisor.undefine(NOBODY)).doesNotThrowAnyException();
        assertThat(hypervisor.find(NOBODY)).isEmpty();
    }

    @Test
    void anUnknownDomainIsNotFound() {
        assertFails(
                () -> hypervisor.start(NOBODY, Lane.NORMAL),
                Kind.NOT_FOUND,
                42,
                "cannot start domain " + NOBODY + ": ");
        assertFails(() -> hypervisor.destroy(NOBODY), Kind.NOT_FOUND, 42, "cannot destroy domain " + NOBODY + ": ");
        assertFails(
                () -> hypervisor.setMetadata(NOBODY, new DomainMetadata("a", "b", "<c/>")),
                Kind.NOT_FOUND,
                42,
                "cannot write the metadata of domain " + NOBODY + ": ");
    }

    @Test
    void startingTwiceIsAConflictWhateverCodeTheDriverUses() {
        hypervisor.define(xml(ONE, "one", ""));
        hypervisor.start(ONE, Lane.NORMAL);
        assertFails(() -> hypervisor.start(ONE, Lane.NORMAL), Kind.CONFLICT, 1, "cannot start domain " + ONE + ": ");
    }

    @Test
    void aNameThatIsTakenIsAConflict() {
        hypervisor.define(xml(ONE, "same", ""));
        assertFails(() -> hypervisor.define(xml(TWO, "same", "")), Kind.CONFLICT, 9, "cannot define a domain: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<domain", "<domain/>", "<network/>"})
    void whatIsNotADomainIsInvalid(String xml) {
        assertThatThrownBy(() -> hypervisor.define(xml)).isInstanceOfSatisfying(HypervisorException.class, e -> {
            assertThat(e.kind()).isEqualTo(Kind.INVALID);
            assertThat(e.libvirtCode()).isPositive();
            assertThat(e).hasCauseInstanceOf(NativeFailure.class);
        });
    }

    @Test
    void theSchemaIsEnforced() {
        // libvirt itself would ignore the attribute without a word
        String typo = "<devices><interface type='user'><driver queue='4'/></interface></devices>";
        assertFails(() -> hypervisor.define(xml(ONE, "one", typo)), Kind.INVALID, 92, "cannot define a domain: ");
        assertThat(hypervisor.list()).isEmpty();
    }

    @Test
    void aNulIsRefusedBecauseLibvirtWouldDropWhatFollows() {
        assertFails(
                () -> hypervisor.define(xml(ONE, "one", "") + "\0<evil/>"),
                Kind.INVALID,
                0,
                "cannot define a domain: the text has a NUL character at position ");
    }

    @Test
    void theTestDriverHasNoAgent() {
        hypervisor.define(xml(ONE, "one", ""));
        assertFails(
                () -> hypervisor.agentCommand(ONE, "{\"execute\":\"guest-ping\"}", Duration.ofSeconds(1)),
                Kind.UNSUPPORTED,
                3,
                "cannot send a guest agent command to domain " + ONE + ": ");
    }

    /** One that takes its time holds up nobody's metadata. */
    @Test
    void agentsHaveThreadsOfTheirOwn() {
        hypervisor.define(xml(ONE, "one", ""));
        assertThatThrownBy(() -> hypervisor.agentCommand(ONE, "{\"execute\":\"guest-ping\"}", Duration.ofSeconds(1)))
                .isInstanceOf(HypervisorException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .anyMatch(name -> name.startsWith("libvirt-agent-"));
    }

    @Test
    void manyThreadsShareIt() {
        CompletableFuture<?>[] all = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    UUID uuid = new UUID(0x1111_2222_3333_4444L, 0x8000_0000_0000_0000L + i);
                    hypervisor.define(xml(uuid, "many-" + i, ""));
                    hypervisor.start(uuid, Lane.NORMAL);
                    assertThat(state(uuid)).isEqualTo(PowerState.RUNNING);
                    hypervisor.destroy(uuid);
                    hypervisor.undefine(uuid);
                }))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(all).join();
        assertThat(hypervisor.list()).isEmpty();
    }

    @Test
    void aClosedOneRefuses() {
        hypervisor.close();
        assertFails(
                hypervisor::list, Kind.UNAVAILABLE, 0, "cannot list the domains: the connection to libvirt is closed");
    }

    private PowerState state(UUID uuid) {
        return hypervisor.find(uuid).orElseThrow().state();
    }

    private String xmlOf(UUID uuid) {
        return hypervisor.find(uuid).orElseThrow().xml();
    }

    private static String xml(UUID uuid, String name, String more) {
        return "<domain type='test'><name>" + name + "</name><uuid>" + uuid + "</uuid>" + more
                + "<memory unit='KiB'>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>";
    }

    static void assertFails(ThrowingCallable call, Kind kind, int code, String messageStart) {
        assertThatThrownBy(call).isInstanceOfSatisfying(HypervisorException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.libvirtCode()).isEqualTo(code);
            assertThat(e.getMessage()).startsWith(messageStart);
        });
    }
}
