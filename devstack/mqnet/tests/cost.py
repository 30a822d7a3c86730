"""What the driver adds to a boot, beside stock Nova in one run.

    devstack/mqnet/test.sh cost

Both drivers make the XML of the same instance, in turns, in the process and
with the green threads of a nova-compute; the service is the real one. What a
boot does besides is not measured, it is the same. On a machine that does
something else at the same time the figures mean nothing.
"""

# First of all imports: it makes Nova's threads green.
from nova import monkey_patch  # noqa: F401

import os
import statistics
import time
from unittest import mock

import e2e_libvirt_driver as e2e
from nova.virt.libvirt import blockinfo

setUpModule = e2e.setUpModule
tearDownModule = e2e.tearDownModule

ROUNDS = 400
WARM_UP = 200
NICS = 2


class CostTest(e2e.QueuesTest):
    """Not a test: there is nothing here that could be right or wrong."""

    def test_cost(self):
        ours = self.start('ours')
        self.flags(compute_driver='libvirt.LibvirtDriver')
        self.start_compute('stock')
        stock = self.computes['stock'].driver
        self.computes['ours'].stop()
        server = self.boot(*[
            self.network('queues=%d' % (2 + i)) for i in range(NICS)])
        self.assertEqual('stock', self.instance(server).host)
        instance = self.instance(server)
        network_info = instance.get_network_info()
        disk_info = blockinfo.get_disk_info(
            'qemu', instance, instance.image_meta)
        del ours._get_guest_xml, ours._plans._service.call

        def xml(driver):
            return driver._get_guest_xml(
                instance._context, instance, network_info, disk_info,
                instance.image_meta)

        self.assertNotIn("queues=", xml(stock))
        self.assertIn('queues="2"', xml(ours))
        asked = []
        call = ours._plans._service.call
        with mock.patch.object(ours._plans._service, 'call',
                               side_effect=lambda *a, **k:
                               asked.append((a, k)) or call(*a, **k)):
            xml(ours)
        [(args, kwargs)] = asked

        timed = {
            'XML, stock Nova': lambda: xml(stock),
            'XML, mqnet.LibvirtDriver': lambda: xml(ours),
            'of that, the service (POST /v1/plans)':
                lambda: call(*args, **kwargs),
            'of that, the tags (RPC to the conductor)':
                lambda: e2e_tags(instance),
        }
        taken = {name: [] for name in timed}
        with mock.patch('nova.virt.libvirt.driver.LOG.debug'):
            for turn in range(WARM_UP + ROUNDS):
                for name, work in timed.items():
                    begun = time.perf_counter()
                    work()
                    if turn >= WARM_UP:
                        taken[name].append(time.perf_counter() - begun)
        print('\n%d rounds, %d NICs, load %.2f' % (
            ROUNDS, NICS, os.getloadavg()[0]))
        print('%-44s %8s %8s' % ('ms', 'p50', 'p95'))
        for name, times in taken.items():
            print('%-44s %8.3f %8.3f' % (name, *_percentiles(times)))
        added = [a - b for a, b in zip(taken['XML, mqnet.LibvirtDriver'],
                                       taken['XML, stock Nova'])]
        print('%-44s %8.3f %8.3f' % ('added', *_percentiles(added)))


def e2e_tags(instance):
    from nova.virt.mqnet import asks
    return asks.nic_tags(instance)


def _percentiles(times):
    steps = statistics.quantiles(times, n=100)
    return steps[49] * 1000, steps[94] * 1000


def load_tests(loader, standard_tests, pattern):
    # The tests that CostTest inherits are not meant.
    suite = loader.suiteClass()
    suite.addTest(CostTest('test_cost'))
    return suite
