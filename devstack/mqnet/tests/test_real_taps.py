"""Taps of this kernel, in a network namespace of their own."""

import os
import subprocess
import sys
import unittest

_PLUG = r'''
import subprocess
import nova.privsep
from nova.virt.mqnet import grants
from nova.virt.mqnet import vif as mqnet_vif
import scene

# Calls that need privileges are made here: this process has them.
nova.privsep.sys_admin_pctxt.set_client_mode(False)

vif = scene.vif(1, 'tap')
instance = scene.instance([vif])
driver = mqnet_vif.VIFDriver()
for queues in (1, 4, 4, 1):
    grants.keep(instance, {vif['id']: grants.Grant(
        granted=queues, requested={'queues': queues, 'source': 'port'},
        driver=None)})
    driver.plug(instance, vif)
    shown = subprocess.run(['ip', '-d', 'link', 'show', 'tap1'], check=True,
                           stdout=subprocess.PIPE, text=True).stdout
    index = shown.split(':')[0]
    print(queues, ' multi_queue ' in shown, 'mtu 1450' in shown, index)
'''


class RealTapsTest(unittest.TestCase):

    @unittest.skipUnless(os.geteuid() == 0, 'only root may make taps')
    def test_one_queue_to_many_and_back(self):
        # What outlived the last plug is looked up in /sys, which shows the
        # namespace in which it was mounted.
        done = subprocess.run(
            ['unshare', '--net', '--mount', 'sh', '-c',
             'mount -t sysfs none /sys && exec "$@"', 'sh',
             sys.executable, '-W', 'ignore', '-c', _PLUG],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(0, done.returncode, done.stderr)
        taps = [line.split() for line in done.stdout.splitlines()]
        self.assertEqual(
            [['1', 'False', 'True'], ['4', 'True', 'True'],
             ['4', 'True', 'True'], ['1', 'False', 'True']],
            [tap[:3] for tap in taps])
        # One of the right mode is taken as it is.
        self.assertEqual(taps[1][3], taps[2][3])
        self.assertEqual(3, len({tap[3] for tap in taps}))
