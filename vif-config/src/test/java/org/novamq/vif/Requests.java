package org.novamq.vif;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.novamq.image.ExtraSpecs;
import org.novamq.image.Findings;
import org.novamq.image.ImageProperties;
import org.novamq.image.NicWish;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.Flavor;
import org.novamq.vif.request.InstanceId;
import org.novamq.vif.request.MachineType;
import org.novamq.vif.request.NicRequest;
import org.novamq.vif.request.Overrides;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.Vif;
import org.novamq.vif.request.VifNetwork;
import org.novamq.vif.request.VirtType;

/** Builds requests for tests: a kvm guest on q35 that says nothing of itself, unless a test says otherwise. */
public final class Requests {
    /** Functions of one PCI bus: 32 slots of 8. */
    private static final int SLOTS = 256;

    private final Map<String, Object> image = new HashMap<>();
    private final Map<String, Object> specs = new HashMap<>();
    private final List<NicRequest> nics = new ArrayList<>();
    private VirtType virtType = VirtType.KVM;
    private Optional<List<DeviceCount>> devices = Optional.empty();
    private Overrides overrides = Overrides.NONE;
    private Optional<MachineType> machine = Optional.empty();
    private Optional<Integer> maxVcpus = Optional.empty();
    private boolean rootDisk = true;
    private final int vcpus;

    private Requests(int vcpus) {
        this.vcpus = vcpus;
    }

    public static Requests vcpus(int vcpus) {
        return new Requests(vcpus);
    }

    public Requests image(String name, Object value) {
        image.put(name, value);
        return this;
    }

    public Requests spec(String name, Object value) {
        specs.put(name, value);
        return this;
    }

    public Requests machine(String name) {
        this.machine = Optional.of(new MachineType(name));
        return this;
    }

    public Requests maxVcpus(int possible) {
        this.maxVcpus = Optional.of(possible);
        return this;
    }

    public Requests withoutDisk() {
        this.rootDisk = false;
        return this;
    }

    /** So many NICs that ask for nothing. */
    public Requests nics(int count) {
        for (int i = 0; i < count; i++) {
            nic(bridge("n" + i));
        }
        return this;
    }

    public Requests virt(VirtType type) {
        this.virtType = type;
        return this;
    }

    public Requests devices(DeviceCount... counts) {
        this.devices = Optional.of(List.of(counts));
        return this;
    }

    public Requests overrides(Overrides with) {
        this.overrides = with;
        return this;
    }

    /** A NIC that asks for nothing. */
    public Requests nic(Vif vif) {
        return nic(vif, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** A NIC that itself asks for so many queues. */
    public Requests nic(Vif vif, int queues) {
        return nic(vif, Optional.empty(), Optional.of(new NicWish.Queues(queues)), Optional.empty());
    }

    public Requests nic(Vif vif, Optional<NicWish> port, Optional<NicWish> own, Optional<NicWish> tag) {
        nics.add(new NicRequest(vif, port, own, tag));
        return this;
    }

    public PlanRequest build() {
        Findings findings = new Findings();
        PlanRequest request = new PlanRequest(
                new InstanceId(new UUID(0, 1), "guest"),
                new Flavor("f", vcpus, maxVcpus, 1024, ExtraSpecs.read(specs, "flavor.extra_specs", findings)),
                ImageProperties.read(image, "image.properties", findings),
                virtType,
                machine,
                nics,
                devices,
                rootDisk,
                overrides);
        findings.throwIfAny();
        return request;
    }

    public static Vif bridge(String id) {
        return vif(id, "bridge", "normal", Map.of(), Map.of());
    }

    public static Vif vhostUser(String id) {
        return vif(id, "vhostuser", "normal", Map.of("vhostuser_socket", "/run/vhu" + id), Map.of());
    }

    public static Vif macvtap(String id) {
        return vif(
                id,
                "macvtap",
                "normal",
                Map.of("macvtap_source", "eth0", "macvtap_mode", "bridge", "physical_interface", "eth0"),
                Map.of());
    }

    public static Vif function(String id) {
        return vif(id, "hw_veb", "direct", Map.of("vlan", 5), Map.of("pci_slot", functionSlot(id)));
    }

    public static Vif vdpa(String id) {
        return vif(id, "ovs", "vdpa", Map.of(), Map.of("pci_slot", vdpaSlot(id)));
    }

    /** A vhost-vdpa device for every VIF that {@link #vdpa} makes. */
    public static Map<String, String> vdpaDevices() {
        Map<String, String> devices = new HashMap<>();
        for (int i = 0; i < SLOTS; i++) {
            devices.put(slot("0b", i), "/dev/vhost-vdpa-" + i);
        }
        return devices;
    }

    /** The PCI address of {@link #function}. */
    public static String functionSlot(String id) {
        return slot("0a", id);
    }

    /** The PCI address of {@link #vdpa}. */
    public static String vdpaSlot(String id) {
        return slot("0b", id);
    }

    private static String slot(String bus, String id) {
        return slot(bus, Math.floorMod(id.hashCode(), SLOTS));
    }

    private static String slot(String bus, int index) {
        return String.format("0000:%s:%02x.%x", bus, index / 8, index % 8);
    }

    /** A MAC of the VIF's own. */
    private static String mac(String id) {
        return String.format("fa:16:3e:%02x:%02x:%02x", id.length(), (id.hashCode() >> 8) & 0xff, id.hashCode() & 0xff);
    }

    public static Vif vif(
            String id, String type, String vnicType, Map<String, Object> details, Map<String, Object> profile) {
        return new Vif(
                id,
                mac(id),
                Optional.of(type),
                vnicType,
                Optional.of("tap" + id),
                Optional.empty(),
                details,
                profile,
                false,
                Map.of(),
                new VifNetwork("net-" + id, Optional.of("br0"), Optional.empty(), Optional.of(1500), Optional.empty()));
    }
}
