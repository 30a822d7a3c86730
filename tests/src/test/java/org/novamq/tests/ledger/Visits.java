package org.novamq.tests.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.Lane;
import org.novamq.driver.libvirt.LibvirtHypervisor;
import org.novamq.driver.libvirt.LibvirtSettings;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.NicPlan;

/** Boots guests two at a time, ahead of the tests that ask about them: emulation takes a core each. */
final class Visits implements AutoCloseable {
    private static final int AT_ONCE = 2;
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(150);
    private static final long POLL_MILLIS = 100;
    private static final String READY = "novamq-guest: ready";

    private final Path guest;
    private final Path state;
    private final LibvirtHypervisor hypervisor = new LibvirtHypervisor(LibvirtSettings.of("qemu:///system"));
    private final ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
    private final Map<Boot, Future<Visit>> visits = new HashMap<>();

    /**
     * In {@code devstack/sandbox.sh} only.
     *
     * @param guest where kernel and initramfs are
     * @param state a directory where QEMU can read
     */
    Visits(Path guest, Path state) {
        this.guest = guest;
        this.state = state;
    }

    /** How the facts are asked for. */
    enum Way {
        AGENT,
        CONSOLE;

        Shell shell(Hypervisor hypervisor, UUID uuid) {
            return switch (this) {
                case AGENT -> new AgentShell(hypervisor, uuid);
                case CONSOLE -> new SerialShell(live(hypervisor, uuid).terminal());
            };
        }
    }

    /** Boots it when its turn comes. */
    void order(Boot boot, Way way) {
        visits.computeIfAbsent(boot, b -> workers.submit(() -> visitOrAgain(b, way)));
    }

    /** On a busy machine one emulated guest in several hundred stops in the middle of its boot, whatever it was given. */
    private Visit visitOrAgain(Boot boot, Way way) throws IOException, InterruptedException {
        try {
            return visit(boot, way);
        } catch (NotReadyException e) {
            System.err.println(boot + ": " + e.getMessage() + "; booted once more");
            return visit(boot, way);
        }
    }

    /** Waits for a guest that was ordered. */
    Visit of(Boot boot) throws InterruptedException {
        Future<Visit> visit = visits.get(boot);
        if (visit == null) {
            throw new IllegalArgumentException("not ordered: " + boot);
        }
        try {
            return visit.get();
        } catch (ExecutionException e) {
            throw new AssertionError(boot + ": " + e.getCause(), e.getCause());
        }
    }

    /** Says on stderr what it has seen: the full grid takes half an hour. */
    private Visit visit(Boot boot, Way way) throws IOException, InterruptedException {
        UUID uuid = UUID.randomUUID();
        Path directory = Files.createDirectory(state.resolve(uuid.toString()));
        Path console = directory.resolve("console.log");
        Instant start = Instant.now();
        try {
            if (boot.disk().isPresent()) {
                makeDisk(directory.resolve("disk"));
            }
            hypervisor.define(boot.domain(uuid, boot.kernel().in(guest), directory));
            hypervisor.start(uuid, Lane.NORMAL);
            awaitReady(console);
            InstancePlan plan = boot.late().isEmpty() ? boot.plan(uuid) : plugLate(boot, uuid, way);
            Facts facts = Facts.read(way.shell(hypervisor, uuid).run(Facts.SCRIPT));
            int rootPorts = live(hypervisor, uuid).rootPorts();
            hypervisor.destroy(uuid);
            Visit visit = new Visit(boot, plan, rootPorts, facts, Duration.between(start, Instant.now()));
            System.err.println(visit);
            return visit;
        } finally {
            forget(uuid);
            Files.deleteIfExists(directory.resolve("disk"));
            Files.deleteIfExists(console);
            Files.delete(directory);
        }
    }

    /** Hot-plugs the late NICs one after the other, and waits until the guest has them all. */
    private InstancePlan plugLate(Boot boot, UUID uuid, Way way) throws InterruptedException {
        InstancePlan plan = boot.latePlan(uuid);
        List<NicPlan> late =
                plan.nics().subList(boot.queues().size(), plan.nics().size());
        for (NicPlan nic : late) {
            hypervisor.attachDevice(uuid, nic.interfaceXml(), () -> {});
        }
        Instant end = Instant.now().plus(BOOT_LIMIT);
        String addresses = "";
        while (!late.stream().map(nic -> nic.device().mac()).allMatch(addresses::contains)
                && Instant.now().isBefore(end)) {
            Thread.sleep(POLL_MILLIS);
            addresses = way.shell(hypervisor, uuid).run("cat /sys/class/net/*/address; echo " + Facts.END);
        }
        return plan;
    }

    private static LiveXml live(Hypervisor hypervisor, UUID uuid) {
        return LiveXml.of(hypervisor.find(uuid).orElseThrow().xml());
    }

    private void forget(UUID uuid) {
        if (hypervisor.find(uuid).isPresent()) {
            hypervisor.destroy(uuid);
            hypervisor.undefine(uuid);
        }
    }

    private static void makeDisk(Path file) throws IOException, InterruptedException {
        int status = new ProcessBuilder("qemu-img", "create", "-q", "-f", "qcow2", file.toString(), "64M")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != 0) {
            throw new AssertionError("qemu-img cannot make " + file + ": status " + status);
        }
    }

    private static void awaitReady(Path console) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(BOOT_LIMIT);
        String text = "";
        while (!text.contains(READY)) {
            if (Instant.now().isAfter(end)) {
                throw new NotReadyException("the guest does not say that it is ready: " + text);
            }
            Thread.sleep(POLL_MILLIS);
            text = Files.exists(console) ? Files.readString(console) : "";
        }
    }

    private static final class NotReadyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotReadyException(String message) {
            super(message);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
        hypervisor.close();
    }
}
