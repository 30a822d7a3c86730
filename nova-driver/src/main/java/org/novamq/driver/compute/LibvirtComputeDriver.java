package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.novamq.driver.disk.DiskException;
import org.novamq.driver.disk.DiskSpace;
import org.novamq.driver.glance.ImageCache;
import org.novamq.driver.host.NetDevices;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.Stage;
import org.novamq.driver.libvirt.Domain;
import org.novamq.driver.libvirt.DomainEvent;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.proof.QueueProof;
import org.novamq.driver.proof.QueueReport;
import org.novamq.driver.proof.Uptimes;
import org.novamq.vif.Recreation;
import org.novamq.vif.request.HostLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The compute driver over libvirt: what is asked for is checked and written down here, and done behind the doors. */
public final class LibvirtComputeDriver implements ComputeDriver {
    private static final Logger LOG = LoggerFactory.getLogger(LibvirtComputeDriver.class);

    private final Hypervisor hypervisor;
    private final InstanceFiles files;
    private final InstanceStore store;
    private final Plans plans;
    private final Spawner spawner;
    private final Deletions deletions;
    private final TaskRunner tasks;
    private final Changes changes;
    private final PowerChanges power;
    private final RescueChanges rescues;
    private final RescueTasks rescueTasks;
    private final InterfaceTasks interfaces;
    private final ImageCache images;
    private final Clock clock;
    private final QueueProof proof;
    private final Uptimes uptimes;
    private final DomainSignals signals = new DomainSignals();
    private final InstanceLocks locks = new InstanceLocks();

    /**
     * A driver of one host.
     *
     * @param limits under which instances are planned
     */
    public LibvirtComputeDriver(
            Hypervisor hypervisor,
            InstanceFiles files,
            NetDevices devices,
            HostLimits limits,
            Timeouts timeouts,
            ImageCache images,
            Clock clock) {
        this.hypervisor = hypervisor;
        this.files = files;
        this.images = images;
        this.clock = clock;
        Times times = new Times(clock);
        this.store = new InstanceStore(hypervisor, times::now);
        this.uptimes = new Uptimes(clock);
        this.proof = new QueueProof(hypervisor, devices, uptimes);
        this.plans = new Plans(hypervisor, limits);
        DomainLife domains = new DomainLife(hypervisor, store, files, signals);
        Bridges bridges = new Bridges(devices);
        this.spawner = new Spawner(hypervisor, store, files, bridges, plans, domains, times, images);
        this.deletions = new Deletions(hypervisor, store, files, times);
        this.power = new PowerChanges(store, plans, bridges);
        this.changes = new Changes(store, files, plans, bridges);
        this.rescueTasks = new RescueTasks(store, files, domains, plans, images);
        this.rescues = new RescueChanges(store, rescueTasks);
        this.interfaces = new InterfaceTasks(hypervisor, store, domains, timeouts);
        this.tasks = new TaskRunner(
                store,
                new PowerTasks(hypervisor, store, domains, plans, timeouts),
                new ResizeTasks(store, files, domains, plans, timeouts),
                rescueTasks,
                interfaces,
                times::fault);
    }

    /** Takes libvirt's reports, from the one who subscribes to them. */
    public void report(DomainEvent event) {
        uptimes.report(event);
        signals.report();
        LOG.debug("libvirt reports {}", event);
    }

    @Override
    public Claim claim(SpawnRequest request) {
        UUID uuid = request.request().instance().uuid();
        return locks.soon(uuid, "create instance " + uuid, () -> {
            if (store.isGone(uuid)) {
                deletions.remove(uuid);
                forget(uuid);
            }
            return spawner.claim(request);
        });
    }

    @Override
    public void spawn(Claim claim) {
        locks.whenFree(claim.uuid(), () -> {
            spawner.spawn(claim);
            return claim;
        });
    }

    @Override
    public void accept(UUID uuid, Action action) {
        changes.requireNow(uuid, action);
        store.update(uuid, instance -> changes.accepted(instance, action));
    }

    @Override
    public boolean setPower(UUID uuid, PowerRequest request) {
        return power.power(uuid, request);
    }

    @Override
    public void reboot(UUID uuid, RebootRequest request) {
        power.reboot(uuid, request);
    }

    @Override
    public void resize(UUID uuid, ResizeRequest request) {
        changes.resize(uuid, request);
    }

    @Override
    public void rebuild(UUID uuid, RebuildRequest request) {
        changes.rebuild(uuid, request);
    }

    @Override
    public boolean rescue(UUID uuid, RescueRequest request) {
        return rescues.rescue(uuid, request);
    }

    @Override
    public boolean unrescue(UUID uuid) {
        return rescues.unrescue(uuid);
    }

    @Override
    public Instance attachInterface(UUID uuid, ObjectNode nic) {
        changes.attach(uuid, nic);
        attached(uuid).ifPresent(failure -> {
            throw failure;
        });
        return info(uuid);
    }

    /** Whoever is told only that libvirt is away would ask for a second NIC later, and have both. */
    private Optional<RuntimeException> attached(UUID uuid) {
        try {
            return run(uuid);
        } catch (HypervisorException e) {
            throw e.with("; the attach is written down, and goes on when libvirt is back");
        }
    }

    @Override
    public boolean detachInterface(UUID uuid, String nic) {
        return changes.detach(uuid, nic);
    }

    @Override
    public boolean setQueues(UUID uuid, String nic, int queues, boolean replug) {
        Instance instance = info(uuid);
        int index = Changes.index(instance, nic);
        int granted =
                instance.record().blueprint().nicPlan(index).path("granted").asInt();
        if (queues <= granted) {
            Changes.require(instance, Action.REPLUG_INTERFACE);
            proof.setQueues(instance, index, queues);
            return false;
        }
        if (!replug) {
            throw changes.needsReplug(instance, index, queues);
        }
        changes.replug(uuid, nic, queues);
        return true;
    }

    @Override
    public Map<String, String> updateMetadata(UUID uuid, UnaryOperator<Map<String, String>> change) {
        changes.requireNow(uuid, Action.UPDATE_METADATA);
        InstanceRecord record = store.update(uuid, instance -> {
            Changes.require(instance, Action.UPDATE_METADATA);
            return instance.record().withMetadata(change.apply(instance.record().metadata()));
        });
        return record.metadata();
    }

    @Override
    public void perform(UUID uuid) {
        run(uuid);
    }

    @Override
    public void resume(UUID uuid) {
        locks.ifFree(uuid, () -> {
            store.find(uuid).flatMap(Changes::letGoLate).ifPresent(nic -> changes.detach(uuid, nic));
            tasks.run(uuid);
            interfaces.takeStraysOut(uuid);
        });
    }

    private Optional<RuntimeException> run(UUID uuid) {
        return locks.whenFree(uuid, () -> tasks.run(uuid));
    }

    @Override
    public void condemn(UUID uuid) {
        store.condemn(uuid);
        signals.report();
    }

    @Override
    public boolean destroy(UUID uuid) {
        return locks.ifFree(uuid, () -> removeIfPromised(uuid));
    }

    private void removeIfPromised(UUID uuid) {
        if (deletions.removeIfPromised(uuid)) {
            forget(uuid);
        }
    }

    /** What is kept of it in memory. */
    private void forget(UUID uuid) {
        spawner.forget(uuid);
        rescueTasks.forget(uuid);
        interfaces.forget(uuid);
    }

    @Override
    public Instance info(UUID uuid) {
        return store.get(uuid);
    }

    @Override
    public Optional<Instance> find(UUID uuid) {
        return store.find(uuid);
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
    public void giveConfigDrive(UUID uuid, Map<String, byte[]> contents) {
        Instance instance = info(uuid);
        boolean has = instance.record().blueprint().configDrive();
        if (!has || instance.status() != Instance.Status.SHUTOFF) {
            throw new InstanceException(
                    InstanceException.Reason.CONFLICT,
                    "cannot give instance " + uuid + " a config drive: it "
                            + (has ? "is " + instance.status() : "was made without one"));
        }
        files.giveConfigDrive(uuid, contents);
    }

    @Override
    public Diagnostics diagnostics(UUID uuid) {
        return Diagnostics.of(info(uuid), hypervisor, clock.instant());
    }

    @Override
    public QueueReport queues(UUID uuid) {
        return proof.of(info(uuid));
    }

    @Override
    public List<Recreation.Difference> drift(UUID uuid) {
        return plans.drift(uuid, info(uuid).record().blueprint());
    }

    @Override
    public QueueReport activateQueues(UUID uuid) {
        Instance instance = info(uuid);
        Changes.require(instance, Action.ACTIVATE_QUEUES);
        proof.activate(instance);
        return queues(uuid);
    }

    @Override
    public DiskSpace diskSpace() {
        return files.space();
    }

    @Override
    public HostUsage hostUsage() {
        return HostUsage.of(hypervisor.list());
    }

    @Override
    public List<UUID> recover() {
        List<UUID> unfinished = new ArrayList<>();
        Set<UUID> halfMade = new LinkedHashSet<>(store.condemned());
        for (Instance found : store.list()) {
            Stage stage = found.record().stage();
            if (stage == Stage.BUILDING || stage == Stage.DELETING) {
                halfMade.add(found.uuid());
            } else if (found.record().task() != null
                    || Changes.letGoLate(found).isPresent()
                    || interfaces.hasStrays(found.uuid())) {
                unfinished.add(found.uuid());
            }
        }
        halfMade.forEach(this::recover);
        return unfinished;
    }

    @Override
    public void sweepImages() {
        images.sweep(() -> {
            List<Domain> domains = hypervisor.list();
            // the whole text: a record that cannot be read names its files all the same
            return name -> domains.stream().anyMatch(domain -> domain.xml().contains(name));
        });
    }

    /** One that cannot be helped must not keep the others from it. */
    private void recover(UUID uuid) {
        try {
            locks.ifFree(uuid, () -> {
                removeIfPromised(uuid);
                store.find(uuid).ifPresent(spawner::recover);
            });
        } catch (HypervisorException | DiskException e) {
            LOG.warn("instance {} cannot be recovered yet: {}", uuid, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("recovering instance {} failed", uuid, e);
        }
    }
}
