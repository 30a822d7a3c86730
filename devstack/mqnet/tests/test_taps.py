"""Taps that were there before."""

import os
import tempfile
import unittest
from unittest import mock

from nova.virt.mqnet import taps


class TapsTest(unittest.TestCase):

    def setUp(self):
        sysfs = tempfile.TemporaryDirectory()
        self.addCleanup(sysfs.cleanup)
        self.sysfs = sysfs.name
        for patch in (
            mock.patch.object(taps, '_SYSFS', self.sysfs),
            mock.patch('nova.privsep.linux_net.delete_net_dev'),
        ):
            self.delete = patch.start()
            self.addCleanup(patch.stop)

    def tap(self, flags, carrier):
        os.mkdir(os.path.join(self.sysfs, 'tap0'))
        for name, value in (('tun_flags', flags), ('carrier', carrier)):
            with open(os.path.join(self.sysfs, 'tap0', name), 'w') as f:
                f.write(value + '\n')

    def test_one_of_the_other_mode_is_removed(self):
        self.tap('0x1902', '0')  # persistent, multi_queue
        taps.remove_other_mode('tap0', multiqueue=False)
        self.delete.assert_called_once_with('tap0')

    def test_in_either_direction(self):
        self.tap('0x1802', '0')
        taps.remove_other_mode('tap0', multiqueue=True)
        self.delete.assert_called_once_with('tap0')

    def test_one_of_the_same_mode_stays(self):
        self.tap('0x1902', '1')
        taps.remove_other_mode('tap0', multiqueue=True)
        self.delete.assert_not_called()

    def test_one_in_use_is_not_taken_away(self):
        self.tap('0x1802', '1')
        with self.assertLogs('nova.virt.mqnet.taps', 'WARNING') as logs:
            taps.remove_other_mode('tap0', multiqueue=True)
        self.assertIn('Tap tap0 is not made anew for many queues: it is in '
                      'use', logs.output[0])
        self.delete.assert_not_called()

    def test_none_is_fine(self):
        taps.remove_other_mode('tap0', multiqueue=True)
        self.delete.assert_not_called()
