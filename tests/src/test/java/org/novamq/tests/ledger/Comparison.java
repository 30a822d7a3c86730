package org.novamq.tests.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.novamq.tests.ledger.Facts.Function;
import org.novamq.tests.ledger.Facts.Interrupt;
import org.novamq.vif.NicPlan;
import org.novamq.vif.queue.Ledger.DeviceEntry;
import org.novamq.vif.request.DeviceKind;

/** Holds what was charged against what a guest has taken. */
final class Comparison {
    private static final String VIRTIO_NET = "1";

    /** linux include/uapi/linux/virtio_ids.h. */
    private static final Map<String, DeviceKind> VIRTIO_KINDS = Map.of(
            "2", DeviceKind.DISK,
            "3", DeviceKind.SERIAL,
            "4", DeviceKind.RNG,
            "5", DeviceKind.BALLOON,
            "8", DeviceKind.SCSI,
            "16", DeviceKind.GPU,
            "18", DeviceKind.INPUT);

    /** PCI's own classes (linux include/linux/pci_ids.h). */
    private static final Map<String, DeviceKind> PCI_KINDS = Map.of(
            "0x010601", DeviceKind.AHCI,
            "0x0c0330", DeviceKind.USB);

    /** QEMU's bridges, by vendor and device (QEMU docs/specs/pci-ids). */
    private static final Map<String, DeviceKind> BRIDGES = Map.of(
            "0x1b36 0x000c", DeviceKind.ROOT_PORT,
            "0x1b36 0x0001", DeviceKind.PCI_BRIDGE,
            "0x1b36 0x000e", DeviceKind.PCI_BRIDGE);

    private final Visit visit;

    Comparison(Visit visit) {
        this.visit = visit;
    }

    /** Every NIC as foretold, every other device at most as charged, and nothing that was not charged. */
    void holds() {
        visit.plan().nics().forEach(this::checkNic);
        assertThat(visit.facts().functions())
                .as("%s: NICs", visit.boot())
                .filteredOn(function -> function.virtioId().equals(VIRTIO_NET))
                .hasSize(visit.plan().nics().size());
        checkKinds();
        checkInterrupts();
        assertThat(visit.facts().vectors())
                .as(visit.toString())
                .isLessThanOrEqualTo(visit.plan().ledger().used());
        assertThat(visit.rootPorts())
                .as("%s: root ports in the live domain", visit.boot())
                .isEqualTo(charged(DeviceKind.ROOT_PORT).map(DeviceEntry::count).orElse(0));
    }

    /** The guest's function for a planned NIC, by MAC. */
    static Optional<Function> function(Facts facts, NicPlan nic) {
        return facts.functions().stream()
                .filter(function -> function.mac().equals(nic.device().mac()))
                .findFirst();
    }

    private void checkNic(NicPlan nic) {
        int granted = nic.granted().orElseThrow();
        Function seen = function(visit.facts(), nic)
                .orElseThrow(() -> new AssertionError(visit.boot() + ": the guest has no NIC " + nic.id()));
        assertThat(seen.irqs()).as("%s: MSI vectors of %s", visit.boot(), seen).hasSize(nic.usedVectors());
        assertThat(visit.facts().channels().get(seen.nic()))
                .as("%s: channels of %s", visit.boot(), seen)
                .containsExactly(granted, Math.min(granted, visit.boot().vcpus()));
        assertThat(visit.facts().interruptsOf(seen.virtio()))
                .as("%s: interrupts of %s", visit.boot(), seen)
                .isEqualTo(ownInterrupts(granted));
    }

    /** drivers/virtio/virtio_pci_common.c, vp_find_vqs_msix: one for the configuration, one for each virtqueue. */
    private static Set<String> ownInterrupts(int queues) {
        Set<String> names = new TreeSet<>(Set.of("config"));
        for (int i = 0; i < queues; i++) {
            names.add("input." + i);
            names.add("output." + i);
        }
        return names;
    }

    private void checkKinds() {
        Map<DeviceKind, Integer> vectors = new EnumMap<>(DeviceKind.class);
        Map<DeviceKind, Integer> counts = new EnumMap<>(DeviceKind.class);
        for (Function function : visit.facts().functions()) {
            Optional<DeviceKind> kind = kind(function);
            if (kind.isPresent()) {
                vectors.merge(kind.get(), function.irqs().size(), Integer::sum);
                counts.merge(kind.get(), 1, Integer::sum);
            } else if (!function.virtioId().equals(VIRTIO_NET)) {
                assertThat(function.irqs())
                        .as("%s: no kind for %s", visit.boot(), function)
                        .isEmpty();
            }
        }
        vectors.forEach((kind, seen) -> assertThat(seen)
                .as(
                        "%s: vectors of every %s in %s",
                        visit.boot(), kind.text(), visit.plan().ledger())
                .isLessThanOrEqualTo(charged(kind).map(DeviceEntry::vectors).orElse(0)));
        counts.forEach((kind, seen) -> assertThat(charged(kind).map(DeviceEntry::count))
                .as("%s: how many of %s", visit.boot(), kind.text())
                .contains(seen));
    }

    private static Optional<DeviceKind> kind(Function function) {
        return Optional.ofNullable(VIRTIO_KINDS.get(function.virtioId()))
                .or(() -> Optional.ofNullable(PCI_KINDS.get(function.pciClass())))
                .or(() -> Optional.ofNullable(BRIDGES.get(function.id())));
    }

    private Optional<DeviceEntry> charged(DeviceKind kind) {
        return visit.plan().ledger().devices().stream()
                .filter(entry -> entry.kind() == kind)
                .findFirst();
    }

    /** Each MSI line of /proc/interrupts is some device's vector. The other way round some have no line. */
    private void checkInterrupts() {
        Set<Integer> vectors = new TreeSet<>();
        visit.facts().functions().forEach(function -> vectors.addAll(function.irqs()));
        assertThat(visit.facts().interrupts().stream().filter(Interrupt::isMsi).map(Interrupt::irq))
                .as("%s: /proc/interrupts", visit.boot())
                .isSubsetOf(vectors)
                .doesNotHaveDuplicates();
    }
}
