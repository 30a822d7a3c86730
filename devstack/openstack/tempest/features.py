"""What Tempest may expect of the lab, and why it may not expect the rest."""

# Of the lab, whatever the driver.
ABSENT = {
    'attach_encrypted_volume': 'no Cinder',
    'block_migration_for_live_migration': 'one compute host',
    'cold_migration': 'one compute host',
    'ide_bus': 'the machine type q35 has no IDE',
    'interface_attach': 'tested over SSH only, and the guest has no sshd',
    'live_migration': 'one compute host',
    'metadata_service': 'no metadata service',
    'personality': 'Nova 2.57 and later has no personality files',
    'serial_console': 'no console proxy',
    'shelve_migrate': 'one compute host',
    'spice_console': 'no console proxy',
    'stable_rescue': 'rescue images for it are not there',
    'swap_volume': 'no Cinder',
    'unified_limits': 'Zed has no unified limits by default',
    'vnc_console': 'no console proxy',
    'volume_backed_live_migration': 'no Cinder',
    'volume_multiattach': 'no Cinder',
}

# Of a driver.
ABSENT_IN = {
    'mqnet.RestDriver': {
        'rescue': 'the driver has no rescue',
        'resize': 'the driver has no migration, which a resize is',
        'shelve': 'the driver has no snapshots',
        'snapshot': 'the driver has no snapshots',
    },
}

PRESENT = ('config_drive', 'console_output', 'disk_config',
           'enable_instance_password', 'pause', 'rescue', 'resize',
           'shelve', 'snapshot', 'suspend')


def of(driver):
    """Tempest's options: whether a feature is enabled, by name."""
    enabled = dict.fromkeys(PRESENT, True)
    enabled.update(dict.fromkeys(ABSENT, False))
    enabled.update(dict.fromkeys(ABSENT_IN.get(driver, ()), False))
    return enabled
