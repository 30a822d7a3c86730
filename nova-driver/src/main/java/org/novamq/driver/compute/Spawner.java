package org.novamq.driver.compute;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.novamq.driver.disk.BadImageException;
import org.novamq.driver.disk.DiskException;
import org.novamq.driver.glance.GlanceException;
import org.novamq.driver.glance.ImageCache;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Fault;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.Stage;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.image.Texts;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.xml.DomainXml;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings instances into the world: checks, takes their place in libvirt, builds them, or takes back what was made. */
final class Spawner {
    private static final Logger LOG = LoggerFactory.getLogger(Spawner.class);

    private final Hypervisor hypervisor;
    private final InstanceStore store;
    private final InstanceFiles files;
    private final Bridges bridges;
    private final Plans plans;
    private final DomainLife domains;
    private final Times times;
    private final ImageCache images;

    /** Claimed or being built by this very process: recovery leaves these alone. One that is deleted may be claimed anew. */
    private final Map<UUID, Claim> inHand = new ConcurrentHashMap<>();

    /** Reasons that could not be written down because libvirt was away; recovery does it. */
    private final Map<UUID, String> untold = new ConcurrentHashMap<>();

    Spawner(
            Hypervisor hypervisor,
            InstanceStore store,
            InstanceFiles files,
            Bridges bridges,
            Plans plans,
            DomainLife domains,
            Times times,
            ImageCache images) {
        this.hypervisor = hypervisor;
        this.store = store;
        this.files = files;
        this.bridges = bridges;
        this.plans = plans;
        this.domains = domains;
        this.times = times;
        this.images = images;
    }

    Claim claim(SpawnRequest spawn) {
        boolean isThere = spawn.fetch().images().isEmpty();
        long rootDiskBytes = isThere ? files.check(spawn.boot(), spawn.rootGib(), spawn.findings()) : 0;
        bridges.require(spawn.request(), spawn.findings());
        UUID uuid = spawn.request().instance().uuid();
        return plans.admitted(() -> {
            Planned planned = plans.first(uuid, spawn, rootDiskBytes);
            if (hypervisor.find(uuid).isPresent()) {
                throw new InstanceException(
                        InstanceException.Reason.CONFLICT,
                        "cannot create instance " + uuid + ": there is one of this uuid already");
            }
            String name = spawn.request().instance().name();
            InstanceRecord record = InstanceRecord.claimed(name, times.now(), spawn.metadata(), planned.blueprint());
            Claim claim = new Claim(uuid, record, planned, spawn.fetch(), spawn.powerOn());
            takePlace(spawn, claim);
            return claim;
        });
    }

    /** From here on the instance exists, in BUILD. */
    private void takePlace(SpawnRequest spawn, Claim claim) {
        PlanRequest request = spawn.request();
        UUID uuid = claim.uuid();
        boolean taken = false;
        inHand.put(uuid, claim);
        try {
            store.claim(
                    uuid,
                    DomainXml.placeholder(
                            uuid,
                            spawn.domain().orElseGet(() -> DomainLife.domainName(uuid)),
                            claim.record().toJson(),
                            request.virtType(),
                            request.flavor().memoryMib()));
            taken = true;
        } finally {
            if (!taken) {
                inHand.remove(uuid, claim);
            }
        }
    }

    /** To be called by one at a time. */
    void spawn(Claim claim) {
        try {
            if (isAwaited(claim)) {
                build(claim);
            }
        } catch (DeletionPromisedException e) {
            LOG.info("instance {} is not built: {}", claim.uuid(), e.getMessage());
        } catch (RuntimeException e) {
            fail(claim, e);
        } finally {
            inHand.remove(claim.uuid(), claim);
        }
    }

    /** Not if it was deleted before its turn, and perhaps claimed anew. */
    private boolean isAwaited(Claim claim) {
        return store.find(claim.uuid())
                .filter(found -> found.record().toJson().equals(claim.record().toJson()))
                .isPresent();
    }

    private void build(Claim claim) {
        UUID uuid = claim.uuid();
        InstanceRecord record = claim.record().withBlueprint(fetched(claim));
        Blueprint blueprint = record.blueprint();
        files.create(uuid, blueprint.boot(), blueprint.rootDiskBytes());
        domains.define(uuid, record, claim.planned());
        if (claim.powerOn()) {
            domains.start(uuid);
        }
        store.save(uuid, record.launchedAt(times.now()).done());
        LOG.info("instance {} {}", uuid, claim.powerOn() ? "runs" : "is made, and off");
    }

    /** Once its images are there, what can be said of them is known too. */
    private Blueprint fetched(Claim claim) {
        Blueprint blueprint = claim.record().blueprint();
        if (claim.fetch().images().isEmpty()) {
            return blueprint;
        }
        claim.fetch().into(images, () -> domains.requireWanted(claim.uuid()));
        return blueprint.withRootDisk(files.check(blueprint.boot(), blueprint.rootGib()));
    }

    /** Takes back what was made, and leaves the definition with the reason in it. */
    private void fail(Claim claim, RuntimeException cause) {
        UUID uuid = claim.uuid();
        String reason = Texts.reason(cause);
        LOG.warn("instance {} cannot be built: {}", uuid, reason, isExpected(cause) ? null : cause);
        try {
            takeBack(uuid, claim.record(), times.fault(reason));
        } catch (HypervisorException | DiskException e) {
            untold.put(uuid, reason);
            LOG.warn("instance {} stays half-made until the next recovery: {}", uuid, e.getMessage());
        }
    }

    private void takeBack(UUID uuid, InstanceRecord record, Fault fault) {
        hypervisor.destroy(uuid);
        files.delete(uuid);
        store.save(uuid, record.failed(fault));
    }

    /** What libvirt and the disk say is told by their words; anything else is a fault of ours, and wants its stack. */
    private static boolean isExpected(RuntimeException cause) {
        return cause instanceof HypervisorException
                || cause instanceof DiskException
                || cause instanceof GlanceException
                || cause instanceof BadImageException;
    }

    /** One that an earlier service left in BUILD becomes ERROR, with the reason. */
    void recover(Instance found) {
        UUID uuid = found.uuid();
        if (!inHand.containsKey(uuid) && found.record().stage() == Stage.BUILDING) {
            String reason = untold.getOrDefault(
                    uuid, "cannot finish building instance " + uuid + ": the service was stopped in between");
            takeBack(uuid, found.record(), times.fault(reason));
            untold.remove(uuid);
            LOG.warn("{}", reason);
        }
    }

    void forget(UUID uuid) {
        untold.remove(uuid);
    }
}
