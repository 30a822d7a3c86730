"""Counting devices: what has vectors, by the service's names."""

import json
import pathlib
import unittest

from lxml import etree

from nova.virt.mqnet import devices


def _counts(*elements, machine='pc-i440fx-7.2'):
    return devices.of_domain(etree.fromstring(
        '<domain><os><type machine="%s">hvm</type></os><devices>%s</devices>'
        '</domain>' % (machine, ''.join(elements))))


def _hostdev(bus):
    return ('<hostdev mode="subsystem" type="pci" managed="yes"><source>'
            '<address domain="0x0000" bus="%s" slot="0x00" function="0x1"/>'
            '</source></hostdev>' % bus)


class DevicesTest(unittest.TestCase):

    def test_a_device_that_is_a_nic_is_counted_as_one(self):
        domain = etree.fromstring(
            '<domain><os><type machine="q35"/></os><devices>%s%s%s</devices>'
            '</domain>' % (_hostdev('0x0a'), _hostdev('0x0b'),
                           '<hostdev type="mdev" model="vfio-pci"/>'))
        # Each has a port, and one is left free.
        self.assertEqual(
            {'pci': 1, 'vgpu': 1, 'ahci': 1, 'root-port': 4},
            devices.of_domain(domain, ['0000:0a:00.1']))
        self.assertEqual(2, devices.of_domain(domain)['pci'])

    def test_each_kind(self):
        for xml, kind in (
            ('<disk><target dev="vda" bus="virtio"/></disk>', 'disk'),
            ('<disk><target dev="sda" bus="scsi"/></disk>', None),
            ('<disk><target dev="sda" bus="sata"/></disk>', None),
            ('<controller type="scsi" model="virtio-scsi"/>', 'scsi'),
            ('<controller type="scsi" model="lsilogic"/>', None),
            ('<controller type="virtio-serial" index="0"/>', 'serial'),
            ('<controller type="sata"/>', 'ahci'),
            ('<controller type="usb" model="qemu-xhci"/>', 'usb'),
            ('<controller type="usb" model="piix3-uhci"/>', None),
            ('<controller type="usb" model="none"/>', None),
            ('<controller type="usb" index="0"/>', None),
            ('<controller type="pci" model="pcie-root"/>', None),
            ('<controller type="pci" model="pcie-root-port"/>', 'root-port'),
            ('<controller type="pci" model="pci-bridge"/>', 'pci-bridge'),
            ('<controller type="nvme"/>', 'nvme'),
            ('<rng model="virtio"/>', 'rng'),
            ('<memballoon model="virtio"/>', 'balloon'),
            ('<memballoon model="none"/>', None),
            ('<input type="tablet" bus="usb"/>', None),
            ('<input type="tablet" bus="virtio"/>', 'input'),
            ('<video><model type="virtio"/></video>', 'gpu'),
            ('<video><model type="cirrus"/></video>', None),
            ('<filesystem><driver type="virtiofs"/></filesystem>', 'fs'),
            ('<filesystem><driver type="path"/></filesystem>', '9p'),
            ('<vsock model="virtio"/>', 'vsock'),
            ('<crypto model="virtio"/>', 'crypto'),
            ('<interface type="bridge"/>', None),
            ('<serial type="pty"/>', None),
            ('<hostdev mode="subsystem" type="mdev" model="vfio-pci">'
             '<source><address uuid="u"/></source></hostdev>', 'vgpu'),
            ('<hostdev type="mdev" model="vfio-ap"/>', None),
            ('<hostdev type="usb"/>', None),
            (_hostdev('0x0b'), 'pci'),
            # QEMU drives the controller, and the guest sees a virtio disk.
            ('<disk type="nvme"><target dev="vda" bus="virtio"/></disk>',
             'disk'),
        ):
            with self.subTest(xml):
                self.assertEqual({kind: 2} if kind else {}, _counts(xml, xml))

    def test_the_serial_controller_that_libvirt_adds(self):
        channel = '<channel><target type="virtio" name="agent"/></channel>'
        self.assertEqual({'serial': 1}, _counts(channel, channel))
        self.assertEqual(
            {'serial': 1},
            _counts(channel, '<controller type="virtio-serial"/>'))
        self.assertEqual({}, _counts('<channel><target type="spicevmc"/>'
                                     '</channel>'))

    def test_the_board_and_the_ports_of_q35(self):
        disk = '<disk><target bus="virtio"/></disk>'
        nic = ('<interface type="bridge"><model type="virtio"/>'
               '</interface>')
        gpu = '<video><model type="virtio"/></video>'
        # A disk, two NICs, and one that libvirt leaves free.
        self.assertEqual(
            {'disk': 1, 'gpu': 1, 'ahci': 1, 'root-port': 4},
            _counts(disk, nic, nic, gpu, machine='pc-q35-7.2'))
        # As many as Nova or libvirt has made already.
        ports = ['<controller type="pci" model="pcie-root-port"/>'] * 16
        self.assertEqual(
            {'disk': 1, 'ahci': 1, 'root-port': 16},
            _counts(disk, nic, '<controller type="sata"/>', *ports,
                    machine='q35'))

    def test_controllers_are_those_that_libvirt_completes(self):
        # Each domain was defined on libvirt 9.0 (QEMU 7.2) and read back.
        path = pathlib.Path(__file__).parent / 'libvirt_domains.json'
        for domain in json.loads(path.read_text()):
            if 'q35' not in domain['machine']:
                continue
            with self.subTest(domain['name']):
                counts = _counts(domain['devices'], machine=domain['machine'])
                seen = domain['controllers']
                self.assertEqual(seen['pcie-root-port'],
                                 counts.get('root-port', 0))
                bridges = (seen.get('pcie-to-pci-bridge', 0) +
                           seen.get('pci-bridge', 0))
                self.assertEqual(bridges, counts.get('pci-bridge', 0))

    def test_a_domain_without_a_machine(self):
        self.assertEqual({}, devices.of_domain(etree.fromstring(
            '<domain><devices/></domain>')))
