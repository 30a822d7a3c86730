"""Writes Tempest's configuration for the lab.

    configure.py DRIVER FILE
"""
import configparser
import os
import sys

import openstack

import features

FLAVORS = {'tempest1': (1, 256), 'tempest2': (2, 320)}


def find_flavor(cloud, name):
    vcpus, ram = FLAVORS[name]
    return cloud.compute.find_flavor(name) or cloud.compute.create_flavor(
        name=name, vcpus=vcpus, ram=ram, disk=1)


def sections(cloud, driver, workspace):
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
        'image_ref': cloud.image.find_image('guest').id,
        'image_ref_alt': cloud.image.find_image('guest-multiqueue').id,
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
    # the guest has no sshd
    yield 'validation', {'run_validation': False}


def main():
    driver, path = sys.argv[1:]
    cloud = openstack.connect(cloud='lab')
    parser = configparser.RawConfigParser()
    parser.optionxform = str
    for name, options in sections(
            cloud, driver, os.path.dirname(os.path.dirname(path))):
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
