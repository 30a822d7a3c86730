package org.novamq.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The image properties that decide about NICs and about the domain around them. Absent means that the image does not
 * say; the defaults belong to whoever builds.
 *
 * @param multiqueue {@code hw_vif_multiqueue_enabled}
 * @param vifModel {@code hw_vif_model}
 * @param packedRing {@code hw_virtio_packed_ring}
 * @param guest what the {@code os_*} properties say of the operating system
 * @param architecture {@code hw_emulation_architecture}, else {@code hw_architecture} or its old name {@code architecture}
 * @param machineType {@code hw_machine_type}
 * @param guestAgent {@code hw_qemu_guest_agent}
 * @param kernelId {@code kernel_id}, the id of the image that holds the kernel
 * @param ramdiskId {@code ramdisk_id}, likewise
 * @param commandLine {@code os_command_line} of a kernel booted directly
 * @param diskBus {@code hw_disk_bus}
 * @param videoModel {@code hw_video_model}
 * @param vectorBudget {@code hw_msi_vector_budget}
 */
public record ImageProperties(
        Optional<Boolean> multiqueue,
        Optional<VifModel> vifModel,
        Optional<Boolean> packedRing,
        GuestOs guest,
        Optional<Architecture> architecture,
        Optional<String> machineType,
        Optional<Boolean> guestAgent,
        Optional<String> kernelId,
        Optional<String> ramdiskId,
        Optional<String> commandLine,
        Optional<DiskBus> diskBus,
        Optional<String> videoModel,
        Optional<VectorBudget> vectorBudget) {

    private static final List<String> VIDEO_MODELS =
            List.of("vga", "cirrus", "qxl", "virtio", "vmvga", "bochs", "none");

    /** An image that says nothing. */
    public static final ImageProperties NONE = read(Map.of(), "image.properties", new Findings());

    /**
     * Reads an image's properties. Unknown ones are not ours to judge; one that is almost a known one gets a warning.
     *
     * @param raw names and JSON scalars
     * @param field the path of the map in the request, for messages
     */
    public static ImageProperties read(Map<String, ?> raw, String field, Findings findings) {
        Properties properties = new Properties(raw, field, findings);
        properties.warnOfMisspelt(KnownNames.IMAGE);
        GuestOs guest =
                new GuestOs(properties.text("os_type"), properties.text("os_distro"), properties.text("os_version"));
        guest.profile().warning().ifPresent(warning -> findings.warning(field + "." + warning));
        return new ImageProperties(
                properties.bool("hw_vif_multiqueue_enabled"),
                properties.oneOf("hw_vif_model", VifModel::of, VifModel.names()),
                properties.bool("hw_virtio_packed_ring"),
                guest,
                architecture(properties),
                properties.text("hw_machine_type"),
                properties.bool("hw_qemu_guest_agent"),
                properties.text("kernel_id"),
                properties.text("ramdisk_id"),
                properties.text("os_command_line"),
                properties.oneOf("hw_disk_bus", DiskBus::of, DiskBus.names()),
                properties.oneOf(
                        "hw_video_model", name -> Optional.of(name).filter(VIDEO_MODELS::contains), VIDEO_MODELS),
                properties.oneOf("hw_msi_vector_budget", VectorBudget::of, VectorBudget.names()));
    }

    /** Nova: {@code hw_emulation_architecture} names the guest's architecture where it is not the host's. */
    private static Optional<Architecture> architecture(Properties properties) {
        return Stream.of("hw_emulation_architecture", "hw_architecture", "architecture")
                .flatMap(name -> properties.oneOf(name, Architecture::of, Architecture.names()).stream())
                .findFirst();
    }

    /** The parameters of a kernel that is booted directly; a kernel on the image's disk has its own, which are not known. */
    public KernelCommandLine kernelCommandLine() {
        return commandLine
                .filter(line -> kernelId.isPresent())
                .map(KernelCommandLine::new)
                .orElse(KernelCommandLine.NONE);
    }
}
