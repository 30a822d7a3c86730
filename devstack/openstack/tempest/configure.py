"""Writes Tempest's configuration for the lab.

    configure.py DRIVER FILE RAMDISK

RAMDISK is what ramdisk.sh makes.
"""
import configparser
import os
import subprocess
import sys
import tempfile

import openstack

import assets
import features

FLAVORS = {'tempest1': (1, 256), 'tempest2': (2, 320)}


def find_flavor(cloud, name):
    vcpus, ram = FLAVORS[name]
    return cloud.compute.find_flavor(name) or cloud.compute.create_flavor(
        name=name, vcpus=vcpus, ram=ram, disk=1)


def find_image(cloud, name, ramdisk, **more):
    """A guest that can be reached over SSH, and says on its config drive how.
    """
    kernel = cloud.image.find_image('kernel')
    guest = cloud.image.find_image('guest')
    with tempfile.NamedTemporaryFile() as disk:
        disk.truncate(assets.DISK_MIB << 20)
        return cloud.image.find_image(name) or assets.upload(
            cloud, name, disk.name, 'raw', **dict(
                assets.GUEST, kernel_id=kernel.id, ramdisk_id=ramdisk.id,
                os_command_line=(
                    guest.os_command_line + ' rdinit=/tempest-init'),
                img_config_drive='mandatory',
                # its CD-ROM is IDE; Debian's cloud kernel knows no AHCI
                hw_machine_type='pc', **more))


def join_network(cloud):
    """Gives the lab itself an address in the network of its guests."""
    network = cloud.network.find_network('net')
    subnet = cloud.network.get_subnet(network.subnet_ids[0])
    port = cloud.network.find_port('tempest') or cloud.network.create_port(
        network_id=network.id, name='tempest')
    bridge = 'brq' + network.id[:11]
    if not os.path.exists('/sys/class/net/' + bridge):
        # its own address, or it would take that of one guest after the other
        ip('link', 'add', bridge, 'address', port.mac_address, 'type',
           'bridge', 'forward_delay', '0')
    ip('address', 'replace', '%s/%s' % (
        port.fixed_ips[0]['ip_address'], subnet.cidr.partition('/')[2]),
        'dev', bridge)
    ip('link', 'set', bridge, 'up')


def ip(*words):
    subprocess.run(('ip',) + words, check=True)


def sections(cloud, driver, workspace, ramdisk):
    yield 'DEFAULT', {'log_dir': workspace, 'log_file': 'tempest.log'}
    yield 'oslo_concurrency', {'lock_path': workspace + '/lock'}
    yield 'auth', {
        'use_dynamic_credentials': True,
        'admin_username': 'admin',
        'admin_password': cloud.config.auth['password'],
        'admin_project_name': 'admin',
        'admin_domain_name': 'Default',
        'create_isolated_networks': False,
        'tempest_roles': 'member',
    }
    yield 'identity', {
        'uri_v3': 'http://127.0.0.1:5000/v3', 'auth_version': 'v3',
        'region': 'RegionOne'}
    yield 'identity-feature-enabled', {'api_v2': False}
    yield 'compute', {
        'image_ref': find_image(cloud, 'tempest1', ramdisk).id,
        'image_ref_alt': find_image(
            cloud, 'tempest2', ramdisk, hw_vif_multiqueue_enabled='true').id,
        'flavor_ref': find_flavor(cloud, 'tempest1').id,
        'flavor_ref_alt': find_flavor(cloud, 'tempest2').id,
        'min_compute_nodes': 1,
        'min_microversion': '2.1',
        'max_microversion': 'latest',
        'fixed_network_name': 'net',
        # the machine may be busy, and its guests are emulated
        'build_timeout': 300,
        'build_interval': 1,
        'ready_wait': 0,
    }
    yield 'compute-feature-enabled', features.of(driver)
    yield 'service_available', {
        'cinder': False, 'glance': True, 'horizon': False, 'neutron': True,
        'nova': True, 'swift': False}
    yield 'image-feature-enabled', {'api_v1': False, 'api_v2': True}
    yield 'network-feature-enabled', {
        'floating_ips': False, 'ipv6': False, 'port_security': True}
    yield 'validation', {
        'run_validation': True, 'connect_method': 'fixed',
        'network_for_ssh': 'net'}


def main():
    driver, path, ramdisk_path = sys.argv[1:]
    cloud = openstack.connect(cloud='lab')
    ramdisk = cloud.image.find_image('tempest-ramdisk') or assets.upload(
        cloud, 'tempest-ramdisk', ramdisk_path, 'ari')
    join_network(cloud)
    parser = configparser.RawConfigParser()
    parser.optionxform = str
    for name, options in sections(
            cloud, driver, os.path.dirname(os.path.dirname(path)), ramdisk):
        if name != 'DEFAULT':
            parser.add_section(name)
        for key, value in options.items():
            parser.set(name, key, str(value))
    # it holds a password
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
              'w') as out:
        parser.write(out)


if __name__ == '__main__':
    main()
