"""Gives the lab what is booted in it: images, flavors, a network.

    assets.py DIRECTORY     where the test guest's vmlinuz, initramfs and cmdline
                            are
"""
import os
import sys
import tempfile

import openstack

DISK_MIB = 16
# the specification's guest, told of itself so that its vectors are known
GUEST = {
    'hw_machine_type': 'q35',
    'hw_rng_model': 'virtio',
    'hw_qemu_guest_agent': 'yes',
    'os_type': 'linux',
    'os_distro': 'debian',
    'os_version': '12',
}
FLAVORS = {  # name: vCPUs, MiB, extra specs
    'mq1': (1, 256, {}),
    'mq2': (2, 512, {}),
    'mq4': (4, 512, {}),
}


def upload(cloud, name, path, form, **properties):
    container = form if form in ('aki', 'ari') else 'bare'
    return cloud.create_image(name, filename=path, wait=True, meta={},
                              disk_format=form, container_format=container,
                              visibility='public', **properties)


def make_images(cloud, directory):
    kernel = upload(cloud, 'kernel', os.path.join(directory, 'vmlinuz'),
                    'aki')
    ramdisk = upload(cloud, 'ramdisk', os.path.join(directory, 'initramfs'),
                     'ari')
    with open(os.path.join(directory, 'cmdline')) as text:
        # not quiet: Tempest reads ten lines and more from a console
        command_line = text.read().strip()
    boot = dict(GUEST, kernel_id=kernel.id, ramdisk_id=ramdisk.id,
                os_command_line=command_line)
    with tempfile.NamedTemporaryFile() as disk:
        disk.truncate(DISK_MIB << 20)
        upload(cloud, 'guest', disk.name, 'raw', **boot)
        upload(cloud, 'guest-multiqueue', disk.name, 'raw',
               hw_vif_multiqueue_enabled='true', **boot)


def make_flavors(cloud):
    for name, (vcpus, ram, specs) in FLAVORS.items():
        flavor = cloud.compute.create_flavor(name=name, vcpus=vcpus, ram=ram,
                                             disk=1)
        if specs:
            cloud.compute.create_flavor_extra_specs(flavor, specs)


def make_network(cloud):
    network = cloud.network.create_network(name='net', shared=True)
    cloud.network.create_subnet(name='subnet', network_id=network.id,
                                cidr='10.77.0.0/24', ip_version=4,
                                gateway_ip=None, enable_dhcp=False)


def main():
    cloud = openstack.connect(cloud='lab')
    make_images(cloud, sys.argv[1])
    make_flavors(cloud)
    make_network(cloud)


if __name__ == '__main__':
    main()
