package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.novamq.driver.host.NetDevices;
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
final class QueueProof {
    private final Hypervisor hypervisor;
    private final NetDevices devices;

    QueueProof(Hypervisor hypervisor, NetDevices devices) {
        this.hypervisor = hypervisor;
        this.devices = devices;
    }

    QueueReport of(Instance instance) {
        Map<String, LiveInterface> live = new HashMap<>();
        instance.interfaces().forEach(nic -> live.put(nic.mac(), nic));
        boolean running = instance.power() == PowerState.RUNNING;
        Guest guest =
                running ? Guest.ask(new GuestAgent(hypervisor, instance.uuid())) : Guest.silent("it does not run");
        List<QueueReport.Nic> nics = new ArrayList<>();
        JsonNode requested = instance.record().request().path("nics");
        JsonNode planned = instance.record().plan().path("nics");
        for (int i = 0; i < planned.size(); i++) {
            JsonNode vif = requested.path(i).path("vif");
            String mac = vif.path("address").asText().toLowerCase(Locale.ROOT);
            Optional<LiveInterface> provisioned = Optional.ofNullable(live.get(mac));
            nics.add(new QueueReport.Nic(
                    planned.get(i),
                    mac,
                    vif.path("network").path("label").asText(),
                    provisioned,
                    running ? Optional.of(active(guest, mac, provisioned)) : Optional.empty()));
        }
        return new QueueReport(instance, nics);
    }

    /**
     * Has the guest itself give a NIC other queues, of those that its device has.
     *
     * @throws HypervisorException AGENT_UNRESPONSIVE, UNSUPPORTED: there is no agent; FAILED: the guest refuses
     */
    void setQueues(Instance instance, int index, int queues) {
        GuestAgent agent = new GuestAgent(hypervisor, instance.uuid());
        String mac = instance.record().blueprint().mac(index);
        String name = agent.nicNames().get(mac);
        if (name == null) {
            throw new InstanceException(
                    InstanceException.Reason.CONFLICT,
                    "cannot find NIC " + mac + " in the guest of instance " + instance.uuid());
        }
        agent.setChannels(name, queues);
    }

    private QueueReport.Active active(Guest guest, String mac, Optional<LiveInterface> provisioned) {
        Optional<GuestAgent.Channels> channels =
                Optional.ofNullable(guest.channels().get(mac));
        if (channels.isPresent()) {
            return new QueueReport.Active(
                    Optional.of(channels.get().active()),
                    "agent",
                    Optional.of(channels.get().max()),
                    channels.get().msiVectors(),
                    Optional.empty());
        }
        OptionalInt tap = provisioned
                .flatMap(LiveInterface::target)
                .map(devices::activeQueues)
                .orElse(OptionalInt.empty());
        Optional<String> reason = guest.silence().or(() -> Optional.of("the guest has no NIC with this MAC"));
        return new QueueReport.Active(
                tap.stream().boxed().findFirst(), "tap", Optional.empty(), Optional.empty(), reason);
    }

    /**
     * What the guest says of its NICs.
     *
     * @param channels by MAC
     * @param silence why it says nothing
     */
    private record Guest(Map<String, GuestAgent.Channels> channels, Optional<String> silence) {
        static Guest silent(String reason) {
            return new Guest(Map.of(), Optional.of(reason));
        }

        static Guest ask(GuestAgent agent) {
            try {
                Map<String, GuestAgent.Channels> channels = new HashMap<>();
                agent.nicNames()
                        .forEach((mac, name) -> agent.channels(name).ifPresent(found -> channels.put(mac, found)));
                return new Guest(channels, Optional.empty());
            } catch (HypervisorException e) {
                return silent(Texts.reason(e));
            }
        }
    }
}
