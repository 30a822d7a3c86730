"""Nova as a whole over mqnet.RestDriver, the service, libvirt and QEMU.

Nothing is of paper here but Neutron, Keystone and Placement's database; of
Glance, what the service asks. Runs in a sandbox alone::

    devstack/sandbox.sh --bridge brq3cb9bc59-56 --guest DIR -- \\
        devstack/mqnet/test.sh real_guests

where DIR is what ``devstack/guest/build.sh DIR`` has made.
"""

from nova import monkey_patch  # noqa: F401  must be the first: eventlet

import hashlib
from http import server
import os
import pathlib
import socket
import subprocess
import threading
import time

from lxml import etree
from oslo_serialization import jsonutils

import nova.api.auth
import nova.conf
from nova import context
from nova.tests.fixtures import neutron
from nova.virt.mqnet import conf

import e2e_rest_boots

DEVSTACK = pathlib.Path(__file__).resolve().parents[2]
NOVAMQ = os.environ.get(
    'NOVAMQ', DEVSTACK.parent / 'nova-driver/bin/novamq')
BRIDGE = 'brq' + neutron.NeutronFixture.network_1['id'][:11]
TOKEN = 'a-user-s-token'

KERNEL = 'a1e7c0de-0000-4000-8000-00000000000a'
RAMDISK = 'a1e7c0de-0000-4000-8000-00000000000b'


class Glance:
    """The data of images, for those who have the token."""

    def __init__(self):
        self.data = {}
        self.served = []
        glance = self

        class Handler(server.BaseHTTPRequestHandler):

            def do_GET(self):
                _, _, _, image, _ = self.path.split('/')
                if self.headers.get('X-Auth-Token') != TOKEN:
                    self.send_error(401)
                    return
                glance.served.append(image)
                self.send_response(200)
                self.send_header('Content-Length',
                                 str(len(glance.data[image])))
                self.end_headers()
                self.wfile.write(glance.data[image])

            def log_message(self, *args):
                pass

        self._server = server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self._server.daemon_threads = True
        self.url = 'http://127.0.0.1:%d' % self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever,
                         daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Service:
    """The service as it is installed, with a configuration of its own."""

    def __init__(self, glance_url):
        self.port, self._admin_port = _free_ports(2)
        self.url = 'http://127.0.0.1:%d' % self.port
        state = pathlib.Path(os.environ['NOVAMQ_STATE_DIR'])
        self.instances = state / ('instances-%d' % self.port)
        self.instances.mkdir()
        self.log = state / ('service-%d.log' % self.port)
        self._config = state / ('service-%d.yaml' % self.port)
        self._config.write_text(jsonutils.dumps({
            'virt_type': 'qemu', 'connection_uri': 'qemu:///system',
            'instances_path': str(self.instances), 'hotplug_nics': 2,
            'glance_endpoint': glance_url, 'glance_timeout': 5,
            'shutdown_timeout': 60,
            'server': {
                'applicationConnectors': [{
                    'type': 'http', 'port': self.port,
                    'bindHost': '127.0.0.1'}],
                'adminConnectors': [{
                    'type': 'http', 'port': self._admin_port,
                    'bindHost': '127.0.0.1'}]}}))
        self.start()

    def start(self):
        with self.log.open('ab') as log:
            self._process = subprocess.Popen(
                [NOVAMQ, 'server', '--config', self._config], stdout=log,
                stderr=log)
        until = time.monotonic() + 90
        while not _listens(self.port):
            if self._process.poll() is not None or time.monotonic() > until:
                raise AssertionError(
                    'the service does not answer:\n' + self.log.read_text())
            time.sleep(0.1)

    def kill(self):
        self._process.kill()
        self._process.wait()


class RealGuestsTest(e2e_rest_boots.NovaOverRest):

    def setUp(self):
        if not os.environ.get('NOVAMQ_GUEST_DIR'):
            raise AssertionError('not in a sandbox with a guest:\n' + __doc__)
        self.glance_data = Glance()
        self.addCleanup(self.glance_data.close)
        self.service = Service(self.glance_data.url)
        self.addCleanup(self.service.kill)
        super().setUp()

    def service_url(self):
        return self.service.url

    def _setup_services(self):
        guest = pathlib.Path(os.environ['NOVAMQ_GUEST_DIR'])
        self.command_line = (guest / 'cmdline').read_text().strip()
        for image, name, file, kind in (
                (KERNEL, 'kernel', 'vmlinuz', 'aki'),
                (RAMDISK, 'ramdisk', 'initramfs', 'ari')):
            self.glance_data.data[image] = (guest / file).read_bytes()
            self.glance.create(None, dict(
                self.image(image, name), disk_format=kind))
        self.flags(shutdown_timeout=30, cpu_allocation_ratio=16.0)
        conf.register_opts(nova.conf.CONF)
        self.flags(max_vcpus=16, group='mqnet')
        super()._setup_services()
        # What a Keystone would have said of the user's token.
        self.patch(
            nova.api.auth.NovaKeystoneContext, '_create_context',
            staticmethod(lambda env, **how: context.RequestContext(
                env['HTTP_X_AUTH_USER'], env['HTTP_X_AUTH_PROJECT_ID'],
                is_admin=True, roles=['admin'],
                **dict(how, auth_token=TOKEN))))

    def image(self, image, name):
        data = self.glance_data.data.setdefault(image, bytes(1 << 20))
        properties = {} if image in (KERNEL, RAMDISK) else {
            'kernel_id': KERNEL, 'ramdisk_id': RAMDISK,
            'os_command_line': '%s quiet' % self.command_line,
            'os_type': 'linux',
            'os_distro': 'debian', 'os_version': '12',
            'hw_machine_type': 'pc', 'hw_qemu_guest_agent': 'yes'}
        return dict(
            super().image(image, name), size=len(data),
            properties=properties, checksum=hashlib.md5(data).hexdigest(),
            os_hash_value=hashlib.sha512(data).hexdigest())

    def two_nics(self):
        networks = super().two_nics()
        for port in self.neutron._ports.values():
            port['binding:vif_type'] = 'bridge'
        self.neutron.default_port['binding:vif_type'] = 'bridge'
        return networks

    def flavor(self, vcpus=4, **extra_specs):
        return self._create_flavor(
            vcpu=vcpus, memory_mb=384, disk=1, ephemeral=0,
            extra_spec=extra_specs)

    def boot(self, status='ACTIVE', **how):
        server = super().boot(status, **how)
        self.domain = server['OS-EXT-SRV-ATTR:instance_name']
        return server

    def _wait_for_state_change(self, server, expected, max_retries=None):
        until = time.monotonic() + 240
        while time.monotonic() < until:
            server = self.api.get_server(server['id'])
            if server['status'] in (expected, 'ERROR'):
                break
            time.sleep(0.2)
        self.assertEqual(expected, server['status'], server.get('fault'))
        return server

    def queues(self):
        """Of every NIC of the domain as it is."""
        found = etree.fromstring(_virsh('dumpxml', self.domain))
        return [int(nic.xpath('string(driver/@queues)') or 1)
                for nic in found.findall('devices/interface')]

    def guest(self, script):
        """What a guest says that has come up."""
        tool = DEVSTACK / 'lib/guest-exec.sh'
        _run(tool, '--wait', '120', self.domain)
        return _run(tool, self.domain, script)

    def combined(self):
        return [int(line) for line in self.guest(
            'for nic in /sys/class/net/eth*; do'
            ' ls -d $nic/queues/tx-* | wc -l; done').split()]

    def assertNothingIsLeft(self):
        self.assertEqual('', _virsh('list', '--all', '--name').strip())
        self.assertEqual(['_base'], os.listdir(self.service.instances))

    def test_a_life(self):
        server = self.boot(networks=self.two_nics(), config_drive=True)
        self.assertEqual([4, 2], self.queues())
        self.assertEqual([4, 2], self.combined())
        self.assertCountEqual(
            [KERNEL, RAMDISK, e2e_rest_boots.IMAGE], self.glance_data.served)

        third = self.api.attach_interface(server['id'], {
            'interfaceAttachment': {
                'net_id': self.neutron.network_1['id'],
                'tag': 'queues=3'}}).body['interfaceAttachment']['port_id']
        self.assertEqual([4, 2, 3], self.queues())
        self.assertEqual([4, 2, 3], self.combined())
        metadata = jsonutils.loads(self.guest(
            'modprobe -a sr_mod isofs; mkdir -p /tmp/drive;'
            ' mount -t iso9660 /dev/sr0 /tmp/drive;'
            ' cat /tmp/drive/openstack/latest/meta_data.json'))
        device, = metadata['devices']
        self.assertEqual(['queues=2'], device['tags'])
        self.assertIn(device['mac'], self.guest(
            'cat /sys/bus/pci/devices/%s/virtio*/net/*/address'
            % device['address']))

        self.act(server, 'ACTIVE', reboot={'type': 'HARD'})
        self.assertEqual([4, 2, 3], self.queues())
        self.assertEqual([4, 2, 3], self.combined())
        self._detach_interface(server, third)
        self.assertEqual([4, 2], self.queues())
        for status, action in (
                ('PAUSED', {'pause': None}), ('ACTIVE', {'unpause': None}),
                ('SUSPENDED', {'suspend': None}), ('ACTIVE', {'resume': None}),
                ('ACTIVE', {'reboot': {'type': 'SOFT'}}),
                ('SHUTOFF', {'os-stop': None}),
                ('ACTIVE', {'os-start': None})):
            self.act(server, status, **action)
        self.assertEqual([4, 2], self.combined())
        self.assertIn('novamq-guest: ready', self.api.api_post(
            '/servers/%s/action' % server['id'],
            {'os-getConsoleOutput': {}}).body['output'])
        diagnostics = self.api.api_get(
            '/servers/%s/diagnostics' % server['id']).body
        self.assertEqual((4, 2), (diagnostics['num_cpus'],
                                  diagnostics['num_nics']))
        self._rebuild_server(server, e2e_rest_boots.OTHER_IMAGE)
        self.assertEqual([4, 2], self.queues())
        self.assertEqual([4, 2], self.combined())
        self._delete_server(server)
        self.assertNothingIsLeft()

    def test_a_corrupt_image(self):
        self.glance_data.data[e2e_rest_boots.IMAGE] = b'x' * (1 << 20)
        server = self.boot('ERROR')
        self.assertIn(e2e_rest_boots.IMAGE, server['fault']['message'])
        self.assertIn('sha512', server['fault']['message'])
        self._delete_server(server)
        self.assertNothingIsLeft()

    def test_strict_refuses(self):
        server = self.boot('ERROR', networks=self.two_nics(),
                           flavor=self.flavor(2, **{'mq:strict': 'true'}))
        self.assertIn('queues', server['fault']['message'])
        self._delete_server(server)
        self.assertEqual('', _virsh('list', '--all', '--name').strip())

    def test_a_guest_waits_for_its_ports(self):
        self.flags(vif_plugging_timeout=120)
        networks = self.two_nics()
        port = self.neutron._ports[networks[0]['port']]
        port['status'] = 'DOWN'
        seen = []

        def plug():
            name = ''
            while not name or _virsh('domstate', name).strip() != 'paused':
                time.sleep(0.1)
                name = _virsh('list', '--all', '--name').strip()
            seen.append(name)
            self.api.create_server_external_events(events=[{
                'name': 'network-vif-plugged', 'tag': port['id'],
                'server_uuid': _virsh('domuuid', name).strip()}])

        agent = threading.Thread(target=plug)
        agent.start()
        self.boot(networks=networks[:1])
        agent.join()
        self.assertEqual([self.domain], seen)
        self.assertEqual('running', _virsh('domstate', self.domain).strip())


def _virsh(*arguments):
    return _run('virsh', '--quiet', *arguments)


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError('%s: %s' % (command, done.stderr))
    return done.stdout


def _listens(port):
    with socket.socket() as one:
        return one.connect_ex(('127.0.0.1', port)) == 0


def _free_ports(count):
    found = [socket.create_server(('127.0.0.1', 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in found]
    for one in found:
        one.close()
    return ports
