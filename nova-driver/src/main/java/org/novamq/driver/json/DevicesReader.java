package org.novamq.driver.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.novamq.image.Texts;
import org.novamq.vif.backend.PciAddress;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostPciDevice;

/** Reads the {@code devices} of a plan request: the other devices of a domain that somebody else builds. */
final class DevicesReader {
    private static final int MAX_DEVICES = 10_000;
    private static final List<DeviceKind> GIVEN_KINDS = List.of(DeviceKind.values()).stream()
            .filter(kind -> kind != DeviceKind.HOTPLUG_NIC)
            .toList();

    private DevicesReader() {}

    /** The devices; absent where the request has no such key. */
    static Optional<List<DeviceCount>> read(JsonFields root) {
        if (!root.has("devices")) {
            return Optional.empty();
        }
        List<DeviceCount> devices = new ArrayList<>();
        Set<String> slots = new HashSet<>();
        for (JsonFields device : root.objects("devices")) {
            readOne(device, slots).ifPresent(devices::add);
        }
        refuseTooMany(root, devices);
        return Optional.of(devices);
    }

    private static Optional<DeviceCount> readOne(JsonFields device, Set<String> slotsSoFar) {
        device.allowOnly("type", "count", "vectors", "pci_slots");
        Optional<DeviceKind> kind = device.required(
                "type",
                name -> device.oneOf(
                        name,
                        text -> DeviceKind.of(text).filter(GIVEN_KINDS::contains),
                        GIVEN_KINDS.stream().map(DeviceKind::text).toList()));
        Optional<Integer> count = device.required("count", name -> device.integer(name, 0, MAX_DEVICES));
        Optional<Integer> vectors = device.integer("vectors", 0, HostPciDevice.MAX_VECTORS);
        List<String> slots = slots(device, slotsSoFar);
        if (kind.isEmpty() || count.isEmpty() || !slotsFit(device, kind.get(), count.get(), vectors, slots)) {
            return Optional.empty();
        }
        return Optional.of(new DeviceCount(kind.get(), count.get(), vectors, slots));
    }

    private static List<String> slots(JsonFields device, Set<String> slotsSoFar) {
        Optional<ArrayNode> list = device.list("pci_slots");
        List<String> slots = new ArrayList<>();
        for (int i = 0; i < list.map(ArrayNode::size).orElse(0); i++) {
            JsonNode item = list.orElseThrow().get(i);
            String field = device.path("pci_slots") + "[" + i + "]";
            Optional<String> slot =
                    PciAddress.of(item.isTextual() ? item.textValue() : "").map(PciAddress::text);
            if (slot.isEmpty()) {
                String given = item.isValueNode() ? Texts.quote(item.asText()) : Json.kind(item);
                device.findings()
                        .problem(
                                field,
                                item.isValueNode() ? item.asText() : Json.kind(item),
                                "cannot use " + given + " for " + field + ": a PCI address dddd:bb:ss.f is needed");
            } else if (!slotsSoFar.add(slot.get())) {
                device.findings()
                        .problem(
                                field,
                                slot.get(),
                                "cannot hand over the PCI device " + slot.get() + " twice: devices names it before");
            } else {
                slots.add(slot.get());
            }
        }
        return slots;
    }

    private static boolean slotsFit(
            JsonFields device, DeviceKind kind, int count, Optional<Integer> vectors, List<String> slots) {
        String fact = "";
        if (slots.isEmpty()) {
            return true;
        } else if (!kind.isHandedOver()) {
            fact = "a device of type " + kind.text() + " is not one of the host's PCI devices";
        } else if (vectors.isPresent()) {
            fact = "vectors says already what each of them takes";
        } else if (slots.size() > count) {
            fact = "count says " + count;
        } else {
            return true;
        }
        device.findings()
                .problem(
                        device.path("pci_slots"),
                        slots.size(),
                        "cannot use " + slots.size() + " addresses in " + device.path("pci_slots") + ": " + fact);
        return false;
    }

    private static void refuseTooMany(JsonFields root, List<DeviceCount> devices) {
        for (DeviceKind kind : GIVEN_KINDS) {
            long all = devices.stream()
                    .filter(device -> device.kind() == kind)
                    .mapToLong(DeviceCount::count)
                    .sum();
            if (all > MAX_DEVICES) {
                root.findings()
                        .problem(
                                root.path("devices"),
                                all,
                                "cannot count " + all + " devices of type " + kind.text() + ": " + MAX_DEVICES
                                        + " are the most");
            }
        }
    }
}
