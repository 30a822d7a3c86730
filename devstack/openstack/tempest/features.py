"""What Tempest may expect of the lab, and why it may not expect the rest."""

# Of the lab, whatever the driver.
ABSENT = {
    'attach_encrypted_volume': 'no Cinder',
    'block_migration_for_live_migration': 'one compute host',
    'change_password': 'asked of the guest agent as soon as the instance is '
                       'ACTIVE, seconds before an emulated guest has one',
    'cold_migration': 'one compute host',
    'live_migration': 'one compute host',
    'metadata_service': 'no metadata service',
    'serial_console': 'no console proxy',
    'shelve_migrate': 'one compute host',
    'spice_console': 'no console proxy',
    'swap_volume': 'no Cinder',
    'unified_limits': 'Zed has no unified limits by default',
    'vnc_console': 'no console proxy',
    'volume_backed_live_migration': 'no Cinder',
    'volume_multiattach': 'no Cinder',
}

# Of a driver.
ABSENT_IN = {
    'mqnet.RestDriver': {
        'ide_bus': 'as stable_rescue, whose tests alone ask for it',
        'resize': 'the driver has no migration, which a resize is',
        'shelve': 'the driver has no snapshots',
        'snapshot': 'the driver has no snapshots',
        'stable_rescue': 'its tests make their rescue image of a snapshot',
    },
}

PRESENT = ('config_drive', 'console_output', 'disk_config',
           'enable_instance_password', 'hostname_fqdn_sanitization', 'ide_bus',
           'interface_attach', 'pause', 'personality', 'rescue', 'resize',
           'shelve', 'snapshot', 'stable_rescue', 'suspend',
           # what Tempest asks by it is to write metadata
           'xenapi_apis')


def of(driver):
    """Tempest's options: whether a feature is enabled, by name."""
    enabled = dict.fromkeys(PRESENT, True)
    enabled.update(dict.fromkeys(ABSENT, False))
    enabled.update(dict.fromkeys(ABSENT_IN.get(driver, ()), False))
    return enabled
