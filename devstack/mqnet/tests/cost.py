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
import re
import statistics
import subprocess
import sys
import time
from unittest import mock

from oslo_serialization import jsonutils

import e2e_libvirt_driver as e2e
from nova.virt.libvirt import blockinfo

setUpModule = e2e.setUpModule
tearDownModule = e2e.tearDownModule

ROUNDS = 400
WARM_UP = 200
SERVICE_WARM_UP = 5000
NICS = 2

# Reads a request, and says what it was started with; on one connection.
_PARROT = """
import socket, sys
answer = sys.argv[1].encode()
answer = (b'HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\n'
          b'Content-Length: %d\\r\\n\\r\\n' % len(answer)) + answer
listening = socket.create_server(('127.0.0.1', 0))
print(listening.getsockname()[1], flush=True)
connection = listening.accept()[0]
request = connection.makefile('rb')
while request.readline():
    size = 0
    while (line := request.readline().rstrip()):
        name, _, value = line.partition(b':')
        if name.lower() == b'content-length':
            size = int(value)
    request.read(size)
    connection.sendall(answer)
"""


class CostTest(e2e.QueuesTest):
    """Not a test: there is nothing here that could be right or wrong."""

    def test_cost(self):
        # Its options are Nova's, which the set-up has made.
        from nova.virt.mqnet import asks
        from nova.virt.mqnet import devices

        self.flags(compute_driver='libvirt.LibvirtDriver')
        self.start_compute('stock')
        stock = self.computes['stock'].driver
        # Before there is a second host that it could be on.
        server = self.boot(*[
            self.network('queues=%d' % (2 + i)) for i in range(NICS)])
        self.flags(compute_driver='mqnet.LibvirtDriver')
        ours = self.start('ours')
        instance = self.instance(server)
        network_info = instance.get_network_info()
        disk_info = blockinfo.get_disk_info(
            'qemu', instance, instance.image_meta)
        del ours._get_guest_xml, ours._plans._post

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
        parrot = self._parrot(call(*args, **kwargs))
        guest = ours._get_guest_config(
            instance, network_info, instance.image_meta, disk_info)

        timed = {
            'XML, stock Nova': lambda: xml(stock),
            'XML, mqnet.LibvirtDriver': lambda: xml(ours),
            'of that, the service (POST /v1/plans)':
                lambda: call(*args, **kwargs),
            'of that, HTTP (its answer, from a socket)':
                lambda: parrot.call(*args, **kwargs),
            'of that, the devices, counted':
                lambda: devices.of_domain(guest.format_dom()),
            'of that, the tags (RPC to the conductor)':
                lambda: asks.nic_tags(instance),
        }
        # Java's compiler takes some thousand calls.
        young = []
        for _ in range(SERVICE_WARM_UP):
            begun = time.perf_counter()
            call(*args, **kwargs)
            young.append(time.perf_counter() - begun)
        taken = {name: [] for name in timed}
        used = {name: [] for name in timed}
        with mock.patch('nova.virt.libvirt.driver.LOG.debug'):
            for turn in range(WARM_UP + ROUNDS):
                for name, work in timed.items():
                    begun, used_before = (
                        time.perf_counter(), time.process_time())
                    work()
                    if turn >= WARM_UP:
                        taken[name].append(time.perf_counter() - begun)
                        used[name].append(time.process_time() - used_before)
        print('\n%d rounds, %d NICs, load %.2f' % (
            ROUNDS, NICS, os.getloadavg()[0]))
        for figures in (taken, used):
            figures['added'] = [
                a - b for a, b in zip(figures['XML, mqnet.LibvirtDriver'],
                                      figures['XML, stock Nova'])]
        print('%-44s %8s %8s %8s %8s' % (
            'ms', 'p50', 'p95', 'CPU p50', 'CPU p95'))
        print('%-44s %8.3f %8.3f' % (
            'the service, its first 100 calls', *_percentiles(young[:100])))
        for name in taken:
            print('%-44s %8.3f %8.3f %8.3f %8.3f' % (
                name, *_percentiles(taken[name]), *_percentiles(used[name])))

    def _parrot(self, answer):
        """A service that has its answer already."""
        from nova.virt.mqnet import service

        process = subprocess.Popen(
            [sys.executable, '-c', _PARROT, jsonutils.dumps(answer)],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.terminate)
        return service.Service(
            'http://127.0.0.1:%d' % int(process.stdout.readline()), 10)

    def test_memory(self):
        """What a process has with Nova's driver alone, and with ours too."""
        for modules in ('nova.virt.libvirt.driver', 'nova.virt.mqnet.libvirt_driver'):
            status = subprocess.run(
                [sys.executable, '-W', 'ignore', '-c',
                 'import %s; print(open("/proc/self/status").read())'
                 % modules], stdout=subprocess.PIPE, check=True, text=True)
            print('%-44s %8d KiB' % (
                'resident after import %s' % modules,
                int(re.search(r'VmRSS:\s+(\d+)', status.stdout).group(1))))


def _percentiles(times):
    steps = statistics.quantiles(times, n=100)
    return steps[49] * 1000, steps[94] * 1000


def load_tests(loader, standard_tests, pattern):
    # The tests that CostTest inherits are not meant.
    suite = loader.suiteClass()
    suite.addTest(CostTest('test_memory'))
    suite.addTest(CostTest('test_cost'))
    return suite
