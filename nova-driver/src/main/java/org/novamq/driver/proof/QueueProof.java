package org.novamq.driver.proof;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.novamq.driver.host.NetDevices;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.PowerState;
import org.novamq.image.GuestOs;
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
                ? GuestView.ask(
                        new GuestAgent(hypervisor, instance.uuid()),
                        instance.record().blueprint())
                : GuestView.silent("it does not run");
        List<QueueReport.Nic> nics = new ArrayList<>();
        for (int i = 0; i < instance.record().blueprint().nicCount(); i++) {
            nics.add(nic(instance, i, guest, running));
        }
        return new QueueReport(instance, nics);
    }

    private QueueReport.Nic nic(Instance instance, int index, GuestView guest, boolean running) {
        Blueprint blueprint = instance.record().blueprint();
        String mac = blueprint.mac(index);
        Optional<LiveInterface> live = instance.interfaces().stream()
                .filter(found -> found.mac().equals(mac))
                .findFirst();
        JsonNode plan = blueprint.nicPlan(index);
        Optional<Judge.Ruling> ruling = running && plan.path("granted").isInt()
                ? Optional.of(Judge.of(evidence(instance, index, live, guest)))
                : Optional.empty();
        return new QueueReport.Nic(
                plan,
                mac,
                blueprint.vif(index).at("/network/label").asText(),
                live,
                running ? Optional.of(active(guest, mac, live)) : Optional.empty(),
                ruling.map(Judge.Ruling::verdict),
                ruling.map(Judge.Ruling::reason).orElse(""));
    }

    private Evidence evidence(Instance instance, int index, Optional<LiveInterface> live, GuestView guest) {
        Blueprint blueprint = instance.record().blueprint();
        String mac = blueprint.mac(index);
        return new Evidence(
                blueprint.nicPlan(index).path("granted").asInt(),
                live,
                guest.channels(mac),
                guest.silence(mac),
                guest.lacks(mac),
                guest.refuses(),
                live.flatMap(this::tapQueues),
                isStated(blueprint.request().at("/image/properties")),
                uptimes.of(instance.uuid()));
    }

    private static boolean isStated(JsonNode properties) {
        GuestOs guest =
                new GuestOs(text(properties, "os_type"), text(properties, "os_distro"), text(properties, "os_version"));
        return guest.profile().isKnown();
    }

    private static Optional<String> text(JsonNode properties, String key) {
        return Optional.ofNullable(properties.get(key)).map(JsonNode::asText);
    }

    /** Absent where the host cannot see them. */
    private Optional<Integer> tapQueues(LiveInterface live) {
        OptionalInt queues = live.isTap()
                ? live.target().map(devices::activeQueues).orElse(OptionalInt.empty())
                : OptionalInt.empty();
        return queues.stream().boxed().findFirst();
    }

    private QueueReport.Active active(GuestView guest, String mac, Optional<LiveInterface> provisioned) {
        Optional<GuestAgent.Channels> channels = guest.channels(mac);
        if (channels.isPresent()) {
            return new QueueReport.Active(
                    Optional.of(channels.get().active()),
                    "agent",
                    Optional.of(channels.get().max()),
                    provisioned
                            .filter(LiveInterface::virtio)
                            .flatMap(nic -> channels.get().msiVectors()),
                    Optional.empty());
        }
        return new QueueReport.Active(
                provisioned.flatMap(this::tapQueues), "tap", Optional.empty(), Optional.empty(), guest.silence(mac));
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
        String name = agent.nicNames(Set.of(mac)).get(mac);
        if (name == null) {
            throw new InstanceException(
                    InstanceException.Reason.CONFLICT,
                    "cannot find NIC " + mac + " in the guest of instance " + instance.uuid());
        }
        agent.setChannels(name, queues);
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
        Map<String, String> names = agent.nicNames(macs(blueprint));
        for (int i = 0; i < blueprint.nicCount(); i++) {
            String name = names.get(blueprint.mac(i));
            int granted = blueprint.nicPlan(i).path("granted").asInt();
            if (name != null && granted > 1) {
                boolean fewer = agent.channels(name)
                        .map(channels -> channels.active() < Math.min(granted, channels.max()))
                        .orElse(false);
                if (fewer) {
                    agent.setChannels(name, granted);
                }
            }
        }
    }

    private static Set<String> macs(Blueprint blueprint) {
        return IntStream.range(0, blueprint.nicCount()).mapToObj(blueprint::mac).collect(Collectors.toSet());
    }

    /**
     * What the guest says of its NICs.
     *
     * @param nics by MAC, without those that it does not have; absent where it says nothing. One of which its ethtool tells
     *     nothing has no channels
     * @param refusal why it says nothing
     * @param refuses whether its agent answers and does not do what it is asked
     */
    private record GuestView(
            Optional<Map<String, Optional<GuestAgent.Channels>>> nics, Optional<String> refusal, boolean refuses) {
        static GuestView silent(String reason) {
            return new GuestView(Optional.empty(), Optional.of(reason), false);
        }

        /** The guest may have NICs of its own, as many as it likes. */
        static GuestView ask(GuestAgent agent, Blueprint blueprint) {
            try {
                Map<String, Optional<GuestAgent.Channels>> nics = new HashMap<>();
                agent.nicNames(macs(blueprint)).forEach((mac, name) -> nics.put(mac, agent.channels(name)));
                return new GuestView(Optional.of(nics), Optional.empty(), false);
            } catch (HypervisorException e) {
                boolean refuses = e.kind() == HypervisorException.Kind.FAILED;
                return new GuestView(Optional.empty(), Optional.of(Texts.reason(e)), refuses);
            }
        }

        Optional<GuestAgent.Channels> channels(String mac) {
            return nics.flatMap(all -> all.getOrDefault(mac, Optional.empty()));
        }

        boolean lacks(String mac) {
            return nics.isPresent() && !nics.get().containsKey(mac);
        }

        /** Why there is nothing to be known of its channels. */
        Optional<String> silence(String mac) {
            if (channels(mac).isPresent()) {
                return Optional.empty();
            }
            return refusal.or(() -> Optional.of(
                    lacks(mac) ? "the guest has no NIC with this MAC" : "the guest's ethtool -l tells nothing of it"));
        }
    }
}
