package org.novamq.driver.json;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.novamq.image.Texts;
import org.novamq.vif.backend.PciAddress;
import org.novamq.vif.request.HostPciDevice;
import org.novamq.vif.request.PciId;

/** Reads {@code host.pci_devices}: what is known of the host's PCI devices, by address. */
final class PciDevicesReader {
    private PciDevicesReader() {}

    static Map<String, HostPciDevice> read(JsonFields host) {
        Map<String, HostPciDevice> devices = new HashMap<>();
        JsonFields bySlot = host.objectOrEmpty("pci_devices");
        for (String key : bySlot.values().keySet()) {
            Optional<String> slot = PciAddress.of(key).map(PciAddress::text);
            if (slot.isEmpty()) {
                bySlot.findings()
                        .problem(
                                bySlot.path(key),
                                key,
                                "cannot use the key " + Texts.quote(key) + " in " + host.path("pci_devices")
                                        + ": a PCI address dddd:bb:ss.f is needed");
            } else {
                bySlot.object(key)
                        .flatMap(PciDevicesReader::device)
                        .ifPresent(device -> devices.put(slot.get(), device));
            }
        }
        return devices;
    }

    private static Optional<HostPciDevice> device(JsonFields device) {
        device.allowOnly("vendor", "class", "msix", "vectors");
        Optional<PciId> id =
                parsed(device, "vendor", PciId::of, "the ids of vendor and device are needed, such as \"15b3:1018\"");
        Optional<Integer> classCode = parsed(
                device, "class", PciDevicesReader::classCode, "six hexadecimal digits are needed, such as \"010802\"");
        Optional<Integer> msix = device.integer("msix", 0, HostPciDevice.MAX_VECTORS);
        Optional<Integer> vectors = device.integer("vectors", 0, HostPciDevice.MAX_VECTORS);
        if (vectors.isPresent() && msix.isPresent() && vectors.get() > msix.get()) {
            device.findings()
                    .problem(
                            device.path("vectors"),
                            vectors.get(),
                            "cannot take " + vectors.get() + " vectors of a device: msix says that it offers "
                                    + msix.get());
            return Optional.empty();
        }
        return Optional.of(new HostPciDevice(id, classCode, msix, vectors));
    }

    private static <T> Optional<T> parsed(
            JsonFields device, String name, Function<String, Optional<T>> parser, String needed) {
        Optional<String> text = device.text(name);
        Optional<T> value = text.flatMap(parser);
        if (text.isPresent() && value.isEmpty()) {
            device.findings()
                    .problem(
                            device.path(name),
                            text.get(),
                            "cannot use " + Texts.quote(text.get()) + " for " + device.path(name) + ": " + needed);
        }
        return value;
    }

    /** As sysfs writes it, {@code 0x010802}, or without the prefix. */
    private static Optional<Integer> classCode(String text) {
        return text.matches("(0x)?[0-9a-fA-F]{6}")
                ? Optional.of(Integer.valueOf(text.substring(text.length() - 6), 16))
                : Optional.empty();
    }
}
