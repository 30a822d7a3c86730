package org.novamq.vif;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;
import org.novamq.vif.backend.Backend;
import org.novamq.vif.backend.Backends;
import org.novamq.vif.backend.Clashes;
import org.novamq.vif.frontend.DriverElement;
import org.novamq.vif.frontend.Drivers;
import org.novamq.vif.frontend.Models;
import org.novamq.vif.queue.AssignedNics;
import org.novamq.vif.queue.DomainDevices;
import org.novamq.vif.queue.DomainLimits;
import org.novamq.vif.queue.GuestDriver;
import org.novamq.vif.queue.Nic;
import org.novamq.vif.queue.QueueDecision;
import org.novamq.vif.queue.Wish;
import org.novamq.vif.queue.Wishes;
import org.novamq.vif.request.FormerWish;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.NicRequest;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.VirtType;
import org.novamq.vif.xml.InterfaceDevice;

/**
 * Decides the queues of all NICs of an instance. Pure, deterministic and total: the same request and limits give the
 * same plan, and whatever is wrong comes back as one {@link InvalidRequestException}. Boot, hot-plug, resize, migration
 * check and dry run all call this, and nothing else decides. Thread-safe: there is no state.
 */
public final class InstancePlanner {
    private InstancePlanner() {}

    /**
     * The plan of an instance on a host.
     *
     * @throws InvalidRequestException with every problem: a VIF that cannot be connected, a conflict of flavor and
     *     image, queues against an image that says false, a shortfall under {@code strict}
     * @throws org.novamq.vif.queue.NoRoomException the running guest leaves no queue for a new NIC
     */
    public static InstancePlan plan(PlanRequest request, HostLimits host) {
        return plan(request, host, new Findings());
    }

    /** The same, with what a reader of the request has found already. */
    public static InstancePlan plan(PlanRequest request, HostLimits host, Findings findings) {
        refusePackedConflict(request, findings);
        List<Wish> wishes = Wishes.of(request, findings);
        List<Nic> nics = new ArrayList<>(wishes.size());
        List<Optional<Backend>> backends = new ArrayList<>(wishes.size());
        for (int i = 0; i < wishes.size(); i++) {
            NicRequest asked = request.nics().get(i);
            Wish wish = wishes.get(i);
            Optional<Backend> connected = Backends.of(asked.vif(), host, "nics[" + i + "].vif", findings);
            connected.ifPresent(backend -> nics.add(understand(request, host, asked, backend, wish, findings)));
            backends.add(connected);
        }
        Clashes.find(request.nics().stream().map(NicRequest::vif).toList(), backends, findings);
        AssignedNics.warnOfDevices(request, host, findings);
        findings.throwIfAny();
        List<Problem> limits = DomainLimits.of(request, host, nics);
        DomainLimits.report(limits, request.isStrict(host), findings);
        QueueDecision decision = QueueDecision.of(request, host, nics, findings);
        Drivers drivers = new Drivers(request, host);
        List<NicPlan> plans = new ArrayList<>(nics.size());
        for (int i = 0; i < nics.size(); i++) {
            plans.add(planNic(request, host, nics.get(i), decision.nics().get(i), drivers, i, findings));
        }
        findings.throwIfAny();
        return new InstancePlan(
                plans, decision.ledger(), DomainDevices.of(request, host, nics), limits, findings.warnings());
    }

    private static Nic understand(
            PlanRequest request, HostLimits host, NicRequest asked, Backend backend, Wish wish, Findings findings) {
        Models models = Models.of(request, host, asked.vif(), backend, findings);
        boolean vhostNet =
                request.virtType() == VirtType.KVM && host.vhostNet() && models.hasQueues() && backend.canUseVhostNet();
        return new Nic(
                asked.vif(),
                backend,
                models.model(),
                models.hasQueues(),
                vhostNet,
                request.virtType(),
                GuestDriver.of(request),
                wish,
                kept(request, asked, wish),
                AssignedNics.vectors(request, host, asked.vif(), backend, findings));
    }

    /** A running guest's NIC keeps what it has; any other only what it got for the wish that it still has. */
    private static Optional<Integer> kept(PlanRequest request, NicRequest asked, Wish wish) {
        boolean sameWish = asked.keptFor()
                .map(former -> former.equals(
                        new FormerWish(wish.queues(), wish.source().text())))
                .orElse(true);
        return asked.kept().filter(queues -> request.running() || sameWish);
    }

    private static NicPlan planNic(
            PlanRequest request,
            HostLimits host,
            Nic nic,
            QueueDecision.Grant grant,
            Drivers drivers,
            int index,
            Findings findings) {
        Models models = new Models(nic.model(), nic.countsAsVirtio());
        boolean own = nic.wish().source().isOwn();
        Optional<DriverElement> driver = drivers.of(
                        models, nic.backend(), nic.wish().isMultiqueue(), own, grant.queues())
                .map(d -> drivers.lacksVhostNet(d) ? withoutVhostNet(drivers, d, host, index, findings) : d);
        InterfaceDevice device = new InterfaceDevice(
                nic.vif().address(),
                nic.backend(),
                nic.model(),
                driver,
                request.flavor().extraSpecs().bandwidth());
        int vcpus = request.flavor().vcpus();
        return new NicPlan(
                nic.vif().id(),
                nic.wish(),
                nic.backend().isAssigned() ? Optional.empty() : Optional.of(grant.queues()),
                grant.limits(),
                device,
                nic.usedVectors(grant.queues(), vcpus),
                nic.reservedVectors(grant.queues(), vcpus));
    }

    private static DriverElement withoutVhostNet(
            Drivers drivers, DriverElement driver, HostLimits host, int index, Findings findings) {
        if (host.qemuWithoutVhostNet()) {
            findings.warning("the host has no /dev/vhost-net: NICs are served by QEMU (name='qemu'), which is slower");
            return drivers.servedByQemu(driver);
        }
        findings.problem(
                "nics[" + index + "]",
                "vhost",
                "cannot give the NIC the driver vhost: the host has no /dev/vhost-net (modprobe vhost_net, or set"
                        + " vhost_net_missing: qemu)");
        return driver;
    }

    /** Unlike multiqueue's, Nova finds this conflict at any number of vCPUs (hardware.py). */
    private static void refusePackedConflict(PlanRequest request, Findings findings) {
        Optional<Boolean> flavor = request.flavor().extraSpecs().packedRing();
        Optional<Boolean> image = request.image().packedRing();
        if (flavor.isPresent() && image.isPresent() && !flavor.equals(image)) {
            findings.problem(
                    "flavor.extra_specs.hw:virtio_packed_ring",
                    flavor.get(),
                    "cannot decide on packed rings for the instance: flavor has hw:virtio_packed_ring explicitly set to "
                            + flavor.get() + ", conflicting with the image, which has hw_virtio_packed_ring explicitly"
                            + " set to " + image.get() + " (FlavorImageConflict)");
        }
    }
}
