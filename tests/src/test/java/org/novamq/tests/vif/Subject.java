package org.novamq.tests.vif;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.novamq.image.OsloBoolean;

/**
 * One NIC of a request as Nova's own code looks at it, worked out from the JSON alone: what the rules of
 * {@link NovaDifference} are stated in.
 */
record Subject(JsonNode request, JsonNode vif) {
    private static final Set<String> PASSTHROUGH = Set.of(
            "direct", "direct-physical", "accelerator-direct", "accelerator-direct-physical", "remote-managed", "vdpa");

    private static final int NIC_NAME_LEN = 14;

    static final int TAP_QUEUES = 256;
    static final int VHOSTUSER_QUEUES = 128;

    int vcpus() {
        return request.get("flavor").get("vcpus").intValue();
    }

    boolean isVirtType(String... types) {
        return List.of(types).contains(request.get("virt_type").textValue());
    }

    String type() {
        return vif.path("type").asText();
    }

    String vnicType() {
        String text = vif.path("vnic_type").asText("normal");
        return text.isEmpty() ? "normal" : text;
    }

    boolean isVdpa() {
        return type().equals("ovs") && vnicType().equals("vdpa");
    }

    boolean isVhostUser() {
        boolean forwarder = vnicType().equals("virtio-forwarder")
                && Set.of("agilio_ovs", "vrouter").contains(type());
        return type().equals("vhostuser") || forwarder;
    }

    /** A macvtap of some kind: libvirt's {@code type='direct'}. */
    boolean isMacvtap() {
        return type().equals("macvtap") || type().equals("802.1qbg") || isMacvtapOverFunction();
    }

    /** Here Nova names the vhost driver whatever else is set (designer.py). */
    boolean isMacvtapOverFunction() {
        return (type().equals("hw_veb")
                        && !vnicType().equals("direct")
                        && !vnicType().equals("accelerator-direct"))
                || (type().equals("802.1qbh") && !vnicType().equals("direct"));
    }

    /** A tap that exists before the domain and has a name: {@code managed='no'} in Nova since 2023.1. */
    boolean isPreCreatedTap() {
        boolean hybrid = isTrue(vif.path("details").path("ovs_hybrid_plug"));
        boolean byOsVif = isTrue(vif.path("delegate_create"))
                && isTrue(vif.path("details").path("ovs_create_tap"));
        boolean named = isTrue(vif.path("devname"));
        return (type().equals("tap") && named)
                || (type().equals("ovs") && vnicType().equals("normal") && byOsVif && !hybrid);
    }

    /** Whether the port has a name, and the name is an empty text. */
    boolean hasEmptyDevname() {
        return vif.path("devname").isTextual() && vif.path("devname").asText().isEmpty();
    }

    /** Nova's name of a tap whose port has none. */
    String nameById() {
        String name = "nic" + vif.path("id").asText();
        return name.substring(0, Math.min(NIC_NAME_LEN, name.length()));
    }

    /** A tap whose name and MTU come through os-vif's fields. */
    boolean isTapByOsVif() {
        return Set.of("bridge", "ivs").contains(type())
                || (Set.of("ovs", "agilio_ovs", "vrouter").contains(type())
                        && vnicType().equals("normal"));
    }

    /** A vhost-user port that has its name from the port, not from the socket as with os-vif's plug-in for Open vSwitch. */
    boolean isVhostUserNamedByPort() {
        JsonNode details = vif.path("details");
        boolean bySocket = type().equals("vhostuser")
                && isTrue(details.path("vhostuser_ovs_plug"))
                && !isTrue(details.path("vhostuser_fp_plug"));
        return isVhostUser() && !bySocket;
    }

    /** A tap whose name Nova writes down itself. */
    boolean isTapByNova() {
        return Set.of("tap", "iovisor", "midonet").contains(type());
    }

    boolean hasMtuZero() {
        JsonNode mtu = vif.path("network").path("meta").path("mtu");
        return mtu.isNumber() && mtu.decimalValue().intValue() == 0;
    }

    /** Python's truth of a value. */
    private static boolean isTrue(JsonNode value) {
        if (value.isContainerNode()) {
            return !value.isEmpty();
        }
        return value.isNumber()
                ? value.decimalValue().signum() != 0
                : value.isBoolean()
                        ? value.booleanValue()
                        : value.isTextual() && !value.textValue().isEmpty();
    }

    /** Nova's model of the NIC, lower-cased; empty where it sets none. */
    String model() {
        if (PASSTHROUGH.contains(vnicType())) {
            return "";
        }
        String image =
                request.get("image").path("properties").path("hw_vif_model").asText();
        boolean byDefault = isVirtType("kvm", "qemu", "parallels")
                && request.path("host").path("use_virtio_for_bridges").asBoolean(true);
        return image.isEmpty() ? (byDefault ? "virtio" : "") : image.toLowerCase(Locale.ROOT);
    }

    /** Whether the element says virtio: a macvtap port does, whatever the image says. */
    boolean showsVirtio() {
        return isVdpa() || model().equals("virtio") || type().equals("macvtap");
    }

    boolean packed() {
        return flavorSays("hw:virtio_packed_ring")
                .or(() -> imageSays("hw_virtio_packed_ring"))
                .orElse(false);
    }

    boolean hasRingSizes() {
        return !host("rx_queue_size").isEmpty() || !host("tx_queue_size").isEmpty();
    }

    /** Nova's "constraint": multiqueue for the whole instance, and this NIC could have it. */
    boolean wantsQueues() {
        boolean on = flavorSays("hw:vif_multiqueue_enabled").orElse(false)
                || imageSays("hw_vif_multiqueue_enabled").orElse(false);
        return on && vcpus() > 1 && model().equals("virtio");
    }

    boolean multiqueueConflicts() {
        Optional<Boolean> flavor = flavorSays("hw:vif_multiqueue_enabled");
        Optional<Boolean> image = imageSays("hw_vif_multiqueue_enabled");
        return flavor.isPresent() && image.isPresent() && !flavor.equals(image);
    }

    /** Nova's guess of what the kernel's taps can have, where it makes one that binds. */
    boolean isCappedByOldKernel() {
        return maxQueues().isEmpty() && vcpus() > kernelQueues();
    }

    private int kernelQueues() {
        int major = Integer.parseInt(host("kernel_release").split("\\.", -1)[0]);
        return major <= 2 ? 1 : (major == 3 ? 8 : Integer.MAX_VALUE);
    }

    /** Nova's number of queues under kvm. */
    int novaQueues() {
        int kernel = host("kernel_release").startsWith("4.") ? TAP_QUEUES : kernelQueues();
        return Math.min(vcpus(), maxQueues().orElse(kernel));
    }

    /** The queues that we give: each kind of NIC under its own limit, and {@code max_queues} over all. */
    int ourQueues() {
        int limit = isVhostUser() ? VHOSTUSER_QUEUES : TAP_QUEUES;
        boolean tap = !isVhostUser() && !isMacvtap();
        if (tap && maxQueues().isEmpty()) {
            limit = Math.min(limit, kernelQueues());
        }
        return Math.min(vcpus(), Math.min(limit, maxQueues().orElse(limit)));
    }

    Optional<Integer> maxQueues() {
        return Optional.of(host("max_queues")).filter(text -> !text.isEmpty()).map(Integer::valueOf);
    }

    private String host(String name) {
        JsonNode value = request.path("host").path(name);
        return value.isMissingNode() || value.isNull() ? "" : value.asText();
    }

    private Optional<Boolean> flavorSays(String name) {
        return bool(request.get("flavor").path("extra_specs").path(name));
    }

    private Optional<Boolean> imageSays(String name) {
        return bool(request.get("image").path("properties").path(name));
    }

    private static Optional<Boolean> bool(JsonNode value) {
        return value.isMissingNode() || value.isNull()
                ? Optional.empty()
                : Optional.of(OsloBoolean.read(value.asText()).value());
    }
}
