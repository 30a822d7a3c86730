package org.novamq.driver.proof;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novamq.driver.host.NetDevices;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.PowerState;
import org.novamq.image.Texts;

/**
 * Compares what was planned with what is there: the domain's own XML, the guest agent where it answers, and otherwise
 * the queues of the tap that QEMU has attached, which is exactly what the guest has enabled (linux drivers/net/tun.c).
 */
public final class QueueProof {
    private final Hypervisor hypervisor;
    private final NetDevices devices;
    private final Uptimes uptimes;

    public QueueProof(Hypervisor hypervisor, NetDevices devices, Uptimes uptimes) {
        this.hypervisor = hypervisor;
        this.devices = devices;
        this.uptimes = uptimes;
    }

    /** All NICs of an instance. */
    public QueueReport of(Instance instance) {
        boolean running = instance.power() == PowerState.RUNNING;
        GuestView guest = running
                ? GuestView.ask(new GuestAgent(hypervisor, instance.uuid()))
                : GuestView.silent("it does not run");
        PlanAssurance plan = PlanAssurance.of(instance.record().blueprint(), instance.interfaces());
        List<QueueReport.Nic> nics = new ArrayList<>();
        for (int i = 0; i < instance.record().blueprint().nicCount(); i++) {
            nics.add(nic(instance, i, guest, plan));
        }
        return new QueueReport(instance, nics);
    }

    private QueueReport.Nic nic(Instance instance, int index, GuestView guest, PlanAssurance assurance) {
        Blueprint blueprint = instance.record().blueprint();
        boolean running = instance.power() == PowerState.RUNNING;
        String mac = blueprint.mac(index);
        Optional<LiveInterface> live = instance.interfaces().stream()
                .filter(found -> found.mac().equals(mac))
                .findFirst();
        JsonNode plan = blueprint.nicPlan(index);
        Evidence evidence = new Evidence(
                plan.path("granted").asInt(),
                live,
                guest.of(mac, live),
                guest.refuses(),
                live.flatMap(this::tap),
                assurance,
                uptimes.of(instance.uuid()));
        Optional<Judge.Ruling> ruling =
                running && plan.path("granted").isInt() ? Optional.of(Judge.of(evidence)) : Optional.empty();
        return new QueueReport.Nic(
                plan,
                mac,
                blueprint.vif(index).at("/network/label").asText(),
                live,
                running ? Optional.of(active(evidence)) : Optional.empty(),
                ruling.map(Judge.Ruling::verdict),
                ruling.map(Judge.Ruling::reason).orElse(""));
    }

    /** Absent where the host cannot see it. */
    private Optional<Evidence.Tap> tap(LiveInterface live) {
        return live.target()
                .filter(unused -> live.isTap())
                .flatMap(name -> devices.activeQueues(name).stream()
                        .mapToObj(queues -> new Evidence.Tap(queues, devices.hasReceived(name)))
                        .findFirst());
    }

    private static QueueReport.Active active(Evidence evidence) {
        GuestView.Sight guest = evidence.guest();
        Optional<GuestNic.Channels> channels = guest.nic().flatMap(GuestNic::channels);
        return new QueueReport.Active(
                channels.map(GuestNic.Channels::active).or(() -> evidence.tap().map(Evidence.Tap::queues)),
                channels.isPresent() ? "agent" : "tap",
                channels.map(GuestNic.Channels::max),
                evidence.provisioned()
                        .filter(LiveInterface::virtio)
                        .flatMap(unused -> guest.nic())
                        .flatMap(GuestNic::msiVectors),
                guest.silence().isEmpty() ? Optional.empty() : Optional.of(guest.silence()));
    }

    /**
     * Has the guest itself give a NIC other queues, of those that its device has.
     *
     * @throws InstanceException CONFLICT: there is no agent, or the guest refuses
     */
    public void setQueues(Instance instance, int index, int queues) {
        inGuest(instance, () -> setQueuesInGuest(instance, index, queues));
    }

    private void setQueuesInGuest(Instance instance, int index, int queues) {
        GuestAgent agent = new GuestAgent(hypervisor, instance.uuid());
        String mac = instance.record().blueprint().mac(index);
        GuestView.Sight sight = sight(agent.look(), instance, mac);
        GuestNic nic = sight.nic()
                .orElseThrow(() -> new InstanceException(
                        InstanceException.Reason.CONFLICT,
                        "cannot find NIC " + mac + " in the guest of instance " + instance.uuid() + ": "
                                + sight.silence()));
        if (!nic.channels().map(channels -> channels.active() == queues).orElse(false)) {
            agent.setChannels(nic.name(), queues);
        }
    }

    private static GuestView.Sight sight(GuestLook look, Instance instance, String mac) {
        return new GuestView(Optional.of(look), "", false)
                .of(
                        mac,
                        instance.interfaces().stream()
                                .filter(found -> found.mac().equals(mac))
                                .findFirst());
    }

    /**
     * Has the guest use all queues of every NIC; those that it uses already are left alone.
     *
     * @throws InstanceException CONFLICT: there is no agent, or the guest refuses
     */
    public void activate(Instance instance) {
        inGuest(instance, () -> activateInGuest(instance));
    }

    /** A guest without an agent, or whose agent may not do what is asked, is in no state for it; nothing is broken. */
    private static void inGuest(Instance instance, Runnable change) {
        try {
            change.run();
        } catch (HypervisorException e) {
            switch (e.kind()) {
                case FAILED, UNSUPPORTED, INVALID, AGENT_UNRESPONSIVE ->
                    throw new InstanceException(
                            InstanceException.Reason.CONFLICT,
                            "cannot change queues in the guest of instance " + instance.uuid() + ": "
                                    + Texts.reason(e));
                default -> throw e;
            }
        }
    }

    private void activateInGuest(Instance instance) {
        Blueprint blueprint = instance.record().blueprint();
        GuestAgent agent = new GuestAgent(hypervisor, instance.uuid());
        GuestLook look = agent.look();
        for (int i = 0; i < blueprint.nicCount(); i++) {
            int granted = blueprint.nicPlan(i).path("granted").asInt();
            sight(look, instance, blueprint.mac(i))
                    .nic()
                    .ifPresent(nic -> nic.channels()
                            .filter(channels -> channels.active() < Math.min(granted, channels.max()))
                            .ifPresent(channels -> agent.setChannels(nic.name(), Math.min(granted, channels.max()))));
        }
    }
}
