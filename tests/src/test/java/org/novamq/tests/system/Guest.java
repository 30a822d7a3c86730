package org.novamq.tests.system;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A running test guest, asked through its agent. */
final class Guest {
    private static final String SECONDS_TO_BOOT = "120";
    private static final Path EXEC = Sandbox.ROOT.resolve("devstack/lib/guest-exec.sh");

    /** PCI vendor and device to the ledger's kind; virtio 1.x ids, then QEMU's own (docs/specs/pci-ids.rst). */
    private static final Map<String, String> KINDS = Map.of(
            "0x1af4 0x1042", "disk",
            "0x1af4 0x1048", "scsi",
            "0x1af4 0x1043", "serial",
            "0x1af4 0x1044", "rng",
            "0x1af4 0x1045", "balloon",
            "0x1b36 0x000c", "root-port",
            "0x1b36 0x000d", "usb",
            "0x8086 0x2922", "ahci");

    private static final String NIC = "0x1af4 0x1041";

    /** Its uuid: what it is called is not always known. */
    private final String domain;

    private Guest(String domain) {
        this.domain = domain;
    }

    /** The guest of an instance, once its agent answers. */
    static Guest await(String id) {
        Guest guest = new Guest(id);
        Program.Result waited = Program.run(EXEC.toString(), "--wait", SECONDS_TO_BOOT, guest.domain);
        waited.sound();
        System.err.print(waited.err());
        return guest;
    }

    /** A shell script's output. */
    String run(String script) {
        return Program.run(EXEC.toString(), domain, script).sound();
    }

    /** MSI vectors in use by everything but NICs, summed by the ledger's kinds. */
    Map<String, Integer> vectors() {
        String lines = run("for d in /sys/bus/pci/devices/*; do"
                + " echo \"$(cat $d/vendor) $(cat $d/device) $(ls $d/msi_irqs 2>/dev/null | wc -l)\"; done");
        Map<String, Integer> vectors = new TreeMap<>();
        lines.lines().map(line -> line.split(" ", -1)).forEach(fields -> {
            String device = fields[0] + " " + fields[1];
            int count = Integer.parseInt(fields[2]);
            if (count > 0 && !device.equals(NIC)) {
                vectors.merge(KINDS.getOrDefault(device, "unknown device " + device), count, Integer::sum);
            }
        });
        return vectors;
    }
}
