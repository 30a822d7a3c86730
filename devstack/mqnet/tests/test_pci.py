"""Facts of the PCI devices that are handed to guests whole."""

import os
import random
import tempfile
import unittest

from lxml import etree

from nova.virt.mqnet import pci

_SLOT = '0000:0a:00.1'


def _config(status=0x10, first=0x40, **capabilities):
    """A configuration space; keywords are at40=bytes."""
    config = bytearray(256)
    config[0x06] = status
    config[0x34] = first
    for name, value in capabilities.items():
        at = int(name[2:], 16)
        config[at:at + len(value)] = value
    return bytes(config)


class MessagesTest(unittest.TestCase):

    def test_what_the_capabilities_say(self):
        for config, count in (
            (_config(at40=b'\x11\x00\x40\x80'), 65),
            (_config(at40=b'\x11\x00\xff\xff'), 2048),
            # MSI before MSI-X, behind a vendor's own.
            (_config(at40=b'\x09\x50', at50=b'\x05\x60\x86\x00',
                     at60=b'\x11\x00\x04\x00'), 5),
            (_config(at40=b'\x05\x00\x80\x00'), 1),
            (_config(at40=b'\x05\x00\x8a\x00'), 32),
            (_config(at40=b'\x10\x00\x00\x00'), 0),
            (_config(status=0), 0),
            (_config(first=0), 0),
            # The low bits of a pointer are not its own.
            (_config(first=0x43, at40=b'\x11\x00\x02\x00'), 3),
            # It does not answer.
            (b'\xff' * 256, None),
            # It is its own successor.
            (_config(at40=b'\x05\x40\x80\x00'), None),
            (_config(first=0xfc, atfc=b'\x11\x00\x02\x00'), 3),
            (_config(first=0xfc, atfc=b'\x11\x00\x02\x00')[:0xfe], None),
            # All that an unprivileged reader gets.
            (_config(at40=b'\x11\x00\x40\x80')[:64], None),
            (_config(status=0)[:64], 0),
            (_config(status=0)[:63], None),
            (b'', None),
        ):
            with self.subTest(config.hex()):
                self.assertEqual(count, pci.messages(config))

    def test_any_bytes(self):
        chance = random.Random(11)
        for _ in range(20000):
            config = chance.randbytes(chance.randrange(300))
            count = pci.messages(config)
            self.assertTrue(count is None or 0 <= count <= 2048)


class HostTest(unittest.TestCase):

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = directory.name
        self.device = os.path.join(self.root, 'sys/bus/pci/devices', _SLOT)
        os.makedirs(self.device)

    def write(self, **files):
        for name, content in files.items():
            with open(os.path.join(self.device, name), 'wb') as file:
                file.write(content)

    def test_what_sysfs_has(self):
        self.write(vendor=b'0x15b3\n', device=b'0x101e\n', config=_config(
            at40=b'\x11\x00\x0b\x00'), **{'class': b'0x020000\n'})
        self.assertEqual(
            {_SLOT: {'vendor': '15b3:101e', 'class': '020000', 'msix': 12}},
            pci.known([_SLOT, '0000:0a:00.2'], self.root))

    def test_what_cannot_be_read_is_left_out(self):
        self.assertEqual({}, pci.known([_SLOT], self.root))
        self.write(vendor=b'0x15b3\n', device=b'\xff', config=_config()[:64])
        self.assertEqual({}, pci.known([_SLOT], self.root))
        self.write(device=b'0x101e\n')
        self.assertEqual({_SLOT: {'vendor': '15b3:101e'}},
                         pci.known([_SLOT], self.root))

    def test_only_an_address_becomes_a_path(self):
        self.write(vendor=b'0x15b3\n', device=b'0x101e\n')
        self.assertEqual({}, pci.known(
            ['../devices/' + _SLOT, _SLOT + '/', '', '.'], self.root))

    def test_this_machine(self):
        self.assertIsInstance(pci.known(['0000:00:00.0']), dict)


class SlotsTest(unittest.TestCase):

    def test_those_of_a_domain(self):
        domain = etree.fromstring("""
            <domain><devices>
              <hostdev type="pci"><source><address domain="0x0000" bus="0x0b"
                slot="0x1f" function="0x7"/></source></hostdev>
              <hostdev type="pci"><source><address domain="0x0000" bus="0x0a"
                slot="0x00" function="0x1"/></source>
                <address type="pci" bus="0x05"/></hostdev>
              <hostdev type="mdev"><source><address uuid="u"/></source>
              </hostdev>
              <hostdev type="pci"/>
              <hostdev type="pci"><source><address bus="x"/></source></hostdev>
              <interface type="hostdev"><source><address type="pci"
                domain="0x0000" bus="0x0c" slot="0x00" function="0x1"/>
              </source></interface>
            </devices></domain>""")
        self.assertEqual(['0000:0b:1f.7', _SLOT], pci.slots(domain))
        self.assertEqual(['0000:0b:1f.7'], pci.slots(domain, [_SLOT]))
