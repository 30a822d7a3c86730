package org.novamq.image;

import java.util.Set;

/**
 * The property names that Nova knows, read by us or not: a name among them is never taken for a misspelling of another.
 * Source: {@code nova/objects/image_meta.py ImageMetaProps} and {@code nova/api/validation/extra_specs/} (2026.2).
 */
final class KnownNames {
    static final Set<String> IMAGE = Set.of("""
            architecture auto_disk_config bdm_v2 bittorrent block_device_mapping cache_in_nova hw_architecture
            hw_auto_disk_config hw_boot_menu hw_cdrom_bus hw_cpu_cores hw_cpu_max_cores hw_cpu_max_sockets
            hw_cpu_max_threads hw_cpu_policy hw_cpu_realtime_mask hw_cpu_sockets hw_cpu_thread_policy hw_cpu_threads
            hw_device_id hw_disk_bus hw_disk_type hw_emulation_architecture hw_ephemeral_encryption
            hw_ephemeral_encryption_format hw_firmware_stateless hw_firmware_type hw_floppy_bus hw_input_bus
            hw_ipxe_boot hw_locked_memory hw_machine_type hw_maxphysaddr_bits hw_maxphysaddr_mode hw_mem_encryption
            hw_mem_encryption_model hw_mem_page_size hw_msi_vector_budget hw_numa_cpus hw_numa_mem hw_numa_nodes
            hw_pci_numa_affinity_policy hw_pmu hw_pointer_model hw_qemu_guest_agent hw_redirected_usb_ports
            hw_rescue_bus hw_rescue_device hw_rng_model hw_scsi_model hw_serial_port_count hw_sound_model hw_time_hpet
            hw_tpm_model hw_tpm_version hw_usb_model hw_video_model hw_video_ram hw_vif_model
            hw_vif_multiqueue_enabled hw_viommu_model hw_virtio_packed_ring hw_vm_mode hw_watchdog_action
            hypervisor_type hypervisor_version_requires img_bdm_v2 img_bittorrent img_cache_in_nova
            img_compression_level img_config_drive img_hide_hypervisor_id img_hv_requested_version img_hv_type
            img_linked_clone img_mappings img_owner_id img_root_device_name img_signature
            img_signature_certificate_uuid img_signature_hash_method img_signature_key_type img_use_agent img_version
            ipxe_boot kernel_id mappings os_admin_user os_command_line os_distro os_require_quiesce os_secure_boot
            os_skip_agent_inject_files_at_boot os_skip_agent_inject_ssh os_type os_version owner_id ramdisk_id
            root_device_name traits_required vm_mode vmware_disktype vmware_image_version vmware_linked_clone
            vmware_ostype""".split("\\s+"));

    static final Set<String> FLAVOR = Set.of("""
            accel:device_profile hw:boot_menu hw:cpu_cores hw:cpu_dedicated_mask hw:cpu_policy hw:cpu_realtime
            hw:cpu_realtime_mask hw:cpu_sockets hw:cpu_thread_policy hw:cpu_threads hw:emulator_threads_policy
            hw:ephemeral_encryption hw:ephemeral_encryption_format hw:hide_hypervisor_id hw:locked_memory
            hw:max_cpu_cores hw:max_cpu_sockets hw:max_cpu_threads hw:maxphysaddr_bits hw:maxphysaddr_mode
            hw:mem_encryption hw:mem_encryption_model hw:mem_page_size hw:numa_cpus hw:numa_mem hw:numa_nodes hw:pci_numa_affinity_policy hw:pmem
            hw:pmu hw:serial_port_count hw:sound_model hw:tpm_model hw:tpm_version hw:usb_model
            hw:vif_multiqueue_enabled hw:viommu_model hw:virtio_packed_ring hw:watchdog_action hw_rng:allowed
            hw_rng:rate_bytes hw_rng:rate_period hw_video:ram_max_mb mq:policy mq:strict mq:vector_budget os:monitors
            os:resolution os:secure_boot os:vram pci_passthrough:alias quota:cpu_period quota:cpu_quota
            quota:cpu_shares quota:disk_read_bytes_sec quota:disk_read_iops_sec quota:disk_total_bytes_sec
            quota:disk_total_iops_sec quota:disk_write_bytes_sec quota:disk_write_iops_sec quota:vif_inbound_average
            quota:vif_inbound_burst quota:vif_inbound_peak quota:vif_outbound_average quota:vif_outbound_burst
            quota:vif_outbound_peak vmware:hw_version vmware:storage_policy""".split("\\s+"));

    private KnownNames() {}
}
