package org.novamq.driver.proof;

import java.util.List;
import java.util.Optional;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.image.Texts;

/**
 * A guest's answer about its NICs, or the reason why there is none.
 *
 * @param look absent where it says nothing
 * @param refusal why it says nothing; empty where it does
 * @param refuses whether its agent answers and does not do what it is asked
 */
record GuestView(Optional<GuestLook> look, String refusal, boolean refuses) {
    /** A guest that was not asked. */
    static GuestView silent(String reason) {
        return new GuestView(Optional.empty(), reason, false);
    }

    static GuestView ask(GuestAgent agent) {
        try {
            return new GuestView(Optional.of(agent.look()), "", false);
        } catch (HypervisorException e) {
            return new GuestView(Optional.empty(), Texts.reason(e), e.kind() == HypervisorException.Kind.FAILED);
        }
    }

    /**
     * The guest's view of one NIC.
     *
     * @param nic absent where nothing is known of it
     * @param silence why something is not known of it; empty where all is
     * @param absent whether the guest has shown all its NICs, and this is none of them
     */
    record Sight(Optional<GuestNic> nic, String silence, boolean absent) {}

    /** Finds a NIC by its MAC; the domain says whether it is virtio, where it has the NIC. */
    Sight of(String mac, Optional<LiveInterface> provisioned) {
        if (look.isEmpty()) {
            return new Sight(Optional.empty(), refusal, false);
        }
        boolean virtio = provisioned.map(LiveInterface::virtio).orElse(true);
        List<GuestNic> found = look.get().matching(mac, virtio);
        if (found.size() == 1) {
            return new Sight(Optional.of(found.get(0)), found.get(0).complaint(), false);
        }
        if (found.size() > 1) {
            return new Sight(Optional.empty(), "the guest shows " + found.size() + " NICs with this MAC", false);
        }
        return look.get().complete()
                ? new Sight(Optional.empty(), "the guest shows no NIC with this MAC and model", true)
                : new Sight(
                        Optional.empty(),
                        "the guest has more NICs than it shows, and this is none of those shown",
                        false);
    }
}
