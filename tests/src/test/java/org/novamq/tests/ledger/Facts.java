package org.novamq.tests.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a guest says of its devices and interrupts.
 *
 * @param functions its PCI functions, in the order of their addresses, which is the order of probing
 * @param channels {@code Combined} by the NIC's name: the maximum first, then what is in use
 * @param interrupts the numbered lines of /proc/interrupts
 * @param kernelLog errors ENOSPC
 */
record Facts(
        List<Function> functions,
        Map<String, List<Integer>> channels,
        List<Interrupt> interrupts,
        List<String> kernelLog) {

    /** Alone on a line where the facts end; in the script it is in two pieces, so that an echo of it is not the end. */
    static final String END = "novamq-facts: end";

    private static final String BEGIN = "novamq-facts: begin";

    /** One line for a shell, which starts few programs: each is a long time in an emulated guest. */
    static final String SCRIPT = String.join(
            " ",
            "echo novamq-facts: 'begin';",
            "for d in /sys/bus/pci/devices/*; do",
            "read -r c <$d/class; read -r v <$d/vendor; read -r p <$d/device; i=-; n=-; e=-; m=-; q=;",
            "for w in $d/virtio*; do if [ -e $w/device ]; then read -r i <$w/device; n=${w##*/};",
            "for x in $w/net/*; do if [ -e $x ]; then e=${x##*/}; read -r m <$x/address; fi; done; fi; done;",
            "for x in $d/msi_irqs/*; do if [ -e $x ]; then q=\"$q ${x##*/}\"; fi; done;",
            "echo \"pci ${d##*/} $c $v $p $i $n $e $m$q\"; done;",
            "for x in /sys/class/net/eth*; do if [ -e $x ]; then",
            "echo \"channels ${x##*/}\" $(ethtool -l ${x##*/} | sed -n 's/^Combined:[^0-9]*//p'); fi; done;",
            "sed 's/^/irq /' /proc/interrupts; dmesg | sed -n '/error -28/s/^/log /p';",
            "echo novamq-facts: 'end'");

    private static final Pattern INTERRUPT =
            Pattern.compile("irq +(\\d+): +(?:\\d+ +)+(\\S+) +(\\d+-\\S+) +(\\S.*?)\\s*");

    /**
     * A PCI function.
     *
     * @param pciClass as in {@code 0x010601}
     * @param id vendor and device
     * @param virtioId the virtio device's type, decimal, {@code -} for what is none
     * @param virtio its name in /proc/interrupts: virtio 3
     * @param nic the network device's name, {@code -} where no driver has made one
     * @param mac its address, {@code -} likewise
     * @param irqs the numbers of its MSI interrupts
     */
    record Function(
            String address,
            String pciClass,
            String id,
            String virtioId,
            String virtio,
            String nic,
            String mac,
            Set<Integer> irqs) {
        private static final int FIXED_FIELDS = 9;

        static Function read(String line) {
            String[] fields = line.split(" ", -1);
            Set<Integer> irqs = new TreeSet<>();
            for (int i = FIXED_FIELDS; i < fields.length; i++) {
                irqs.add(Integer.valueOf(fields[i]));
            }
            return new Function(
                    fields[1],
                    fields[2],
                    fields[3] + " " + fields[4],
                    fields[5].equals("-") ? "-" : Integer.decode(fields[5]).toString(),
                    fields[6],
                    fields[7],
                    fields[8],
                    irqs);
        }
    }

    /**
     * A line of /proc/interrupts.
     *
     * @param chip {@code IO-APIC}, {@code PCI-MSI}, or {@code PCI-MSIX-0000:01:00.0} from Linux 6.12 on
     * @param name who has it: {@code virtio0-input.3}
     */
    record Interrupt(int irq, String chip, String name) {
        boolean isMsi() {
            return chip.startsWith("PCI-MSI");
        }
    }

    /** Reads what {@link #SCRIPT} has written, whatever else a console shows around it. */
    static Facts read(String text) {
        List<Function> functions = new ArrayList<>();
        Map<String, List<Integer>> channels = new TreeMap<>();
        List<Interrupt> interrupts = new ArrayList<>();
        List<String> log = new ArrayList<>();
        text.lines()
                .map(String::stripTrailing)
                .dropWhile(line -> !line.equals(BEGIN))
                .takeWhile(line -> !line.equals(END))
                .forEach(line -> {
                    Matcher interrupt = INTERRUPT.matcher(line);
                    if (line.startsWith("pci ")) {
                        functions.add(Function.read(line));
                    } else if (line.startsWith("channels ")) {
                        List<String> fields = List.of(line.split(" ", -1));
                        channels.put(
                                fields.get(1),
                                fields.stream().skip(2).map(Integer::valueOf).toList());
                    } else if (interrupt.matches()) {
                        interrupts.add(new Interrupt(
                                Integer.parseInt(interrupt.group(1)), interrupt.group(2), interrupt.group(4)));
                    } else if (line.startsWith("log ")) {
                        log.add(line);
                    }
                });
        if (functions.isEmpty() || interrupts.isEmpty()) {
            throw new AssertionError("the guest's facts are not whole: " + text);
        }
        return new Facts(functions, channels, interrupts, log);
    }

    /** MSI vectors that drivers have been given. */
    int vectors() {
        return functions.stream().mapToInt(function -> function.irqs().size()).sum();
    }

    /** The names of a virtio device's interrupts without its own: {@code config}, {@code input.0}. */
    Set<String> interruptsOf(String virtio) {
        return interrupts.stream()
                .filter(interrupt -> interrupt.isMsi() && interrupt.name().startsWith(virtio + "-"))
                .map(interrupt -> interrupt.name().substring(virtio.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
