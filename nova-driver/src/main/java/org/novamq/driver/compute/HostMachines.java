package org.novamq.driver.compute;

import com.google.common.base.Suppliers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.Machine;
import org.novamq.image.Problem;
import org.novamq.image.Suggestions;
import org.novamq.image.Texts;
import org.novamq.vif.request.PlanRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a domain's machine type against the list of the host's own QEMU, which libvirt keeps in its capabilities. Thread-safe.
 */
final class HostMachines {
    private static final Logger LOG = LoggerFactory.getLogger(HostMachines.class);

    /** QEMU may be upgraded while the service runs. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final Supplier<List<Machine>> machines;

    HostMachines(Hypervisor hypervisor) {
        this.machines = Suppliers.memoizeWithExpiration(hypervisor::machines, KEPT);
    }

    /**
     * The reason why this host cannot build the domain of a request; empty where it can, where libvirt lists no machines (its
     * test driver), and where libvirt takes too long for its answer.
     */
    Optional<Problem> refusal(PlanRequest request) {
        String name = request.machineType().name();
        List<Machine> all = list();
        if (all.isEmpty() || !request.virtType().hasPci()) {
            return Optional.empty();
        }
        Optional<Machine> machine =
                all.stream().filter(each -> each.name().equals(name)).findFirst();
        if (machine.isEmpty()) {
            List<String> names = all.stream().map(Machine::name).distinct().toList();
            return Optional.of(new Problem(
                    request.machine().isPresent() ? "machine" : "image.properties.hw_machine_type",
                    name,
                    "cannot define the domain: this host's QEMU has no machine type " + Texts.quote(name)
                            + Suggestions.hint(name, names)));
        }
        int vcpus = request.flavor().maxVcpus().orElse(request.flavor().vcpus());
        int max = machine.get().maxVcpus();
        return vcpus <= max
                ? Optional.empty()
                : Optional.of(new Problem(
                        request.flavor().maxVcpus().isPresent() ? "flavor.max_vcpus" : "flavor.vcpus",
                        String.valueOf(vcpus),
                        "cannot define the domain: the flavor has " + vcpus + " vCPUs, and the machine type " + name
                                + " of this host's QEMU takes " + max));
    }

    private List<Machine> list() {
        try {
            return machines.get();
        } catch (HypervisorException e) {
            if (e.kind() != HypervisorException.Kind.TIMEOUT) {
                throw e;
            }
            LOG.warn("The machine type is not checked: {}", e.getMessage());
            return List.of();
        }
    }
}
