package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.novamq.driver.host.NetDevices;
import org.novamq.image.Findings;
import org.novamq.image.Texts;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.Vif;

/** A missing bridge, found before anything is made: libvirt would say so at the start, as "Cannot get interface MTU". */
final class Bridges {
    private final NetDevices devices;

    Bridges(NetDevices devices) {
        this.devices = devices;
    }

    void require(PlanRequest request, Findings findings) {
        for (int i = 0; i < request.nics().size(); i++) {
            Vif vif = request.nics().get(i).vif();
            if (vif.type().equals(Optional.of("bridge"))) {
                String field = "nics[" + i + "].vif.network.bridge";
                vif.network().bridge().ifPresent(bridge -> require(bridge, field, findings));
            }
        }
    }

    /** A single NIC, in the form of the dry run. */
    void require(ObjectNode nic) {
        Findings findings = new Findings();
        require(nic, "nic", findings);
        findings.throwIfAny();
    }

    /** Several, likewise. */
    void require(ArrayNode nics) {
        Findings findings = new Findings();
        for (int i = 0; i < nics.size(); i++) {
            require(nics.get(i), "nics[" + i + "]", findings);
        }
        findings.throwIfAny();
    }

    private void require(JsonNode nic, String field, Findings findings) {
        if (nic.at("/vif/type").asText().equals("bridge")) {
            require(nic.at("/vif/network/bridge").asText(), field + ".vif.network.bridge", findings);
        }
    }

    private void require(String bridge, String field, Findings findings) {
        if (!devices.exists(bridge)) {
            findings.problem(
                    field,
                    bridge,
                    "cannot connect a NIC to the bridge " + Texts.quote(bridge) + ": this host has no such device");
        }
    }
}
