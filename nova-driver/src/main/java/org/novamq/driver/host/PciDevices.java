package org.novamq.driver.host;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.novamq.vif.backend.PciAddress;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.HostPciDevice;
import org.novamq.vif.request.NicRequest;
import org.novamq.vif.request.PciId;
import org.novamq.vif.request.PlanRequest;

/**
 * The host's PCI devices, as sysfs shows them (Documentation/ABI/testing/sysfs-bus-pci). What cannot be read is not known:
 * reading never fails. A process without CAP_SYS_ADMIN gets the ids and the class, but not the capabilities. Thread-safe.
 */
public final class PciDevices {
    /** The capabilities lie in the first 256 bytes; what follows is PCI Express's. */
    private static final int CONFIG_BYTES = 256;

    private static final Pattern HEX = Pattern.compile("0x([0-9a-f]{4,6})\\s*");

    private final Path root;

    /** Of this machine. */
    public PciDevices() {
        this(Path.of("/"));
    }

    /** Of the machine whose files lie under {@code root}. */
    public PciDevices(Path root) {
        this.root = requireNonNull(root, "root is null");
    }

    /**
     * A host's limits with what this machine knows of the devices that a request hands over. What the limits or Neutron's
     * binding say already stays; where they name other ids, the request is about another machine's device.
     */
    public HostLimits beside(HostLimits host, PlanRequest request) {
        Map<String, HostPciDevice> devices = new HashMap<>(host.pciDevices());
        for (NicRequest nic : request.nics()) {
            Optional.ofNullable(nic.vif().profile().get("pci_slot"))
                    .map(Object::toString)
                    .ifPresent(slot -> add(slot, nic.vif().boundDevice(), devices));
        }
        for (DeviceCount device : request.devices().orElse(List.of())) {
            device.pciSlots().forEach(slot -> add(slot, HostPciDevice.UNKNOWN, devices));
        }
        return host.toBuilder().pciDevices(devices).build();
    }

    /** Any text may stand in a request, but only an address becomes a path. */
    private void add(String slot, HostPciDevice bound, Map<String, HostPciDevice> devices) {
        PciAddress.of(slot).ifPresent(address -> {
            HostPciDevice said = devices.getOrDefault(address.text(), HostPciDevice.UNKNOWN);
            devices.put(address.text(), said.or(bound).or(read(address)));
        });
    }

    /** Returns the facts known of the device at an address. */
    HostPciDevice read(PciAddress address) {
        Path device = root.resolve("sys/bus/pci/devices").resolve(address.text());
        Optional<PciId> id = hex(device.resolve("vendor"))
                .flatMap(vendor -> hex(device.resolve("device")).flatMap(model -> PciId.of(vendor + ":" + model)));
        Optional<Integer> classCode = hex(device.resolve("class")).map(digits -> Integer.valueOf(digits, 16));
        return new HostPciDevice(
                id, classCode, config(device.resolve("config")).flatMap(PciConfig::messages), Optional.empty());
    }

    /** The digits of one of sysfs' numbers. A virtual function's ids are here, and not in its configuration space. */
    private static Optional<String> hex(Path file) {
        try {
            Matcher digits = HEX.matcher(Files.readString(file));
            return digits.matches() ? Optional.of(digits.group(1)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> config(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(CONFIG_BYTES));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
