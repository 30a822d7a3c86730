package org.novamq.driver.compute;

import com.google.common.util.concurrent.Striped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.novamq.driver.disk.DiskException;
import org.novamq.driver.host.NetDevices;
import org.novamq.driver.json.PlanAnswerWriter;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.Lane;
import org.novamq.image.Findings;
import org.novamq.image.Texts;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.backend.Backend;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.Vif;
import org.novamq.vif.xml.DomainXml;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The compute driver over libvirt. */
public final class LibvirtComputeDriver implements ComputeDriver {
    private static final Logger LOG = LoggerFactory.getLogger(LibvirtComputeDriver.class);
    private static final int INTERNAL_ERROR = 500;
    private static final int LOCKS = 1 << 12;

    private final Hypervisor hypervisor;
    private final InstanceFiles files;
    private final InstanceStore store;
    private final NetDevices devices;
    private final QueueProof proof;
    private final Clock clock;
    private final Striped<Lock> locks = Striped.lazyWeakLock(LOCKS);

    /**
     * Held from counting the host's queues until the claim that was planned with that count is defined, where it is
     * counted too: two claims at once must not both get the last queues.
     */
    private final Object admission = new Object();

    /** Claimed or being built by this very process: recovery leaves these alone. */
    private final Set<UUID> inHand = ConcurrentHashMap.newKeySet();

    /** Reasons that could not be written down because libvirt was away; recovery does it. */
    private final Map<UUID, String> untold = new ConcurrentHashMap<>();

    public LibvirtComputeDriver(Hypervisor hypervisor, InstanceFiles files, NetDevices devices, Clock clock) {
        this.hypervisor = hypervisor;
        this.files = files;
        this.devices = devices;
        this.store = new InstanceStore(hypervisor);
        this.proof = new QueueProof(hypervisor, devices);
        this.clock = clock;
    }

    @Override
    public Claim claim(SpawnRequest spawn) {
        long rootDiskBytes = files.check(spawn.boot(), spawn.rootGib(), spawn.findings());
        requireBridges(spawn.request(), spawn.findings());
        HostLimits host = spawn.host();
        if (host.hostMaxQueues().isEmpty()) {
            return claim(spawn, rootDiskBytes);
        }
        synchronized (admission) {
            HostLimits now =
                    host.toBuilder().hostQueuesUsed(hostUsage().queues()).build();
            return claim(spawn.withHost(now), rootDiskBytes);
        }
    }

    private Claim claim(SpawnRequest spawn, long rootDiskBytes) {
        PlanRequest request = spawn.request();
        UUID uuid = request.instance().uuid();
        InstancePlan plan = InstancePlanner.plan(request, spawn.host(), spawn.findings());
        return locked(uuid, () -> {
            if (hypervisor.find(uuid).isPresent()) {
                throw new ComputeException(
                        ComputeException.Reason.CONFLICT,
                        "cannot create instance " + uuid + ": there is one of this uuid already");
            }
            InstanceRecord record = new InstanceRecord(
                    InstanceRecord.VERSION,
                    Stage.BUILDING,
                    request.instance().name(),
                    now(),
                    spawn.image(),
                    spawn.flavor(),
                    spawn.metadata(),
                    spawn.requestJson(),
                    PlanAnswerWriter.plan(plan),
                    null);
            takePlace(request, record);
            return new Claim(spawn, plan, record, rootDiskBytes);
        });
    }

    /** From here on the instance exists, in BUILD. */
    private void takePlace(PlanRequest request, InstanceRecord record) {
        UUID uuid = request.instance().uuid();
        inHand.add(uuid);
        try {
            hypervisor.define(DomainXml.placeholder(
                    uuid,
                    domainName(uuid),
                    record.toJson(),
                    request.virtType(),
                    request.flavor().memoryMib()));
        } catch (HypervisorException e) {
            inHand.remove(uuid);
            throw e;
        }
    }

    /** A missing bridge, found now: libvirt would say so only at the start, as "Cannot get interface MTU". */
    private void requireBridges(PlanRequest request, Findings findings) {
        for (int i = 0; i < request.nics().size(); i++) {
            Vif vif = request.nics().get(i).vif();
            Optional<String> bridge =
                    vif.type().equals(Optional.of("bridge")) ? vif.network().bridge() : Optional.empty();
            if (bridge.isPresent() && !devices.exists(bridge.get())) {
                findings.problem(
                        "nics[" + i + "].vif.network.bridge",
                        bridge.get(),
                        "cannot connect a NIC to the bridge " + Texts.quote(bridge.get())
                                + ": this host has no such device");
            }
        }
    }

    @Override
    public void spawn(Claim claim) {
        locked(claim.uuid(), () -> {
            try {
                if (isAwaited(claim)) {
                    build(claim);
                }
            } catch (RuntimeException e) {
                fail(claim, e);
            } finally {
                inHand.remove(claim.uuid());
            }
            return claim;
        });
    }

    /** Not if it was deleted before its turn, and perhaps claimed anew. */
    private boolean isAwaited(Claim claim) {
        return store.find(claim.uuid())
                .filter(found -> found.record().toJson().equals(claim.record().toJson()))
                .isPresent();
    }

    private void build(Claim claim) {
        UUID uuid = claim.uuid();
        files.create(uuid, claim.request().boot(), claim.rootDiskBytes());
        boolean wanted = store.define(uuid, DomainXml.of(DomainSpecs.of(claim, domainName(uuid), files)));
        if (!wanted) {
            return;
        }
        boolean mayBlock =
                claim.plan().nics().stream().anyMatch(nic -> nic.device().backend() instanceof Backend.VhostUser);
        hypervisor.start(uuid, mayBlock ? Lane.MAY_BLOCK : Lane.NORMAL);
        store.save(uuid, claim.record().withStage(Stage.BUILT));
        LOG.info("instance {} runs", uuid);
    }

    /** Takes back what was made, and leaves the definition with the reason in it. */
    private void fail(Claim claim, RuntimeException cause) {
        UUID uuid = claim.uuid();
        String reason = Texts.reason(cause);
        LOG.warn("instance {} cannot be built: {}", uuid, reason, isExpected(cause) ? null : cause);
        try {
            hypervisor.destroy(uuid);
            files.delete(uuid);
            store.save(uuid, claim.record().withFault(new Fault(INTERNAL_ERROR, reason, now())));
        } catch (HypervisorException | DiskException e) {
            untold.put(uuid, reason);
            LOG.warn("instance {} stays half-made until the next recovery: {}", uuid, e.getMessage());
        }
    }

    /** What libvirt and the disk say is told by their words; anything else is a fault of ours, and wants its stack. */
    private static boolean isExpected(RuntimeException cause) {
        return cause instanceof HypervisorException || cause instanceof DiskException;
    }

    @Override
    public void condemn(UUID uuid) {
        store.condemn(info(uuid));
    }

    @Override
    public void destroy(UUID uuid) {
        locked(uuid, () -> {
            // a later instance of the same uuid was promised nothing
            store.find(uuid)
                    .filter(found -> found.record().stage() == Stage.DELETING)
                    .ifPresent(found -> remove(uuid));
            return uuid;
        });
    }

    private void remove(UUID uuid) {
        hypervisor.destroy(uuid);
        files.delete(uuid);
        store.forget(uuid);
        untold.remove(uuid);
        LOG.info("instance {} is gone", uuid);
    }

    @Override
    public Instance info(UUID uuid) {
        return store.find(uuid)
                .orElseThrow(() -> new ComputeException(
                        ComputeException.Reason.NOT_FOUND, "Instance " + uuid + " could not be found."));
    }

    @Override
    public List<Instance> list() {
        return store.list();
    }

    @Override
    public String consoleOutput(UUID uuid, int lines) {
        info(uuid);
        return files.consoleOutput(uuid, lines);
    }

    @Override
    public QueueReport queues(UUID uuid) {
        return proof.of(info(uuid));
    }

    @Override
    public HostUsage hostUsage() {
        return HostUsage.of(hypervisor.list());
    }

    @Override
    public void recover() {
        for (Instance found : store.list()) {
            Stage stage = found.record().stage();
            if (stage == Stage.BUILDING || stage == Stage.DELETING) {
                recover(found.uuid());
            }
        }
    }

    private void recover(UUID uuid) {
        locked(uuid, () -> {
            Optional<Instance> instance = store.find(uuid).filter(found -> !inHand.contains(uuid));
            instance.ifPresent(found -> {
                if (found.record().stage() == Stage.DELETING) {
                    remove(uuid);
                } else if (found.record().stage() == Stage.BUILDING) {
                    hypervisor.destroy(uuid);
                    files.delete(uuid);
                    String reason = untold.getOrDefault(
                            uuid, "cannot finish building instance " + uuid + ": the service was stopped in between");
                    store.save(uuid, found.record().withFault(new Fault(INTERNAL_ERROR, reason, now())));
                    untold.remove(uuid);
                    LOG.warn("{}", reason);
                }
            });
            return uuid;
        });
    }

    /** The domain's name comes from the uuid alone. */
    private static String domainName(UUID uuid) {
        return "instance-" + uuid;
    }

    private String now() {
        return Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private <T> T locked(UUID uuid, Supplier<T> work) {
        Lock lock = locks.get(uuid);
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
