"""A service that keeps to the contract, with instances of paper.

It is no stand-in for our client: that one talks to it over a real socket.
"""

import contextlib
import functools
from http import server
import json
import re
import socket
import threading

HOST = {
    'hypervisor': {
        'uri': 'qemu:///system', 'hostname': 'compute-1.example.org',
        'libvirt_version': '9.0.0', 'type': 'QEMU', 'version': '7.2.22',
        'virt_type': 'qemu', 'cpus': 8, 'memory_kib': 16 << 20},
    'resources': {
        'vcpus': 8, 'memory_mb': 16384, 'disk_gb': 100, 'disk_free_gb': 60,
        'hypervisor_version': 7002022},
    'cpu_stats': {'kernel': 1, 'user': 2, 'idle': 3, 'iowait': 4,
                  'frequency': 2000},
}

DIAGNOSTICS = {
    'state': 'running', 'driver': 'libvirt', 'hypervisor': 'qemu',
    'uptime': 46, 'num_cpus': 1, 'num_nics': 1, 'num_disks': 1,
    'memory_details': {'maximum': 512, 'used': 512},
    'cpu_details': [{'id': 0, 'time': 17000000}],
    'nic_details': [{'mac_address': '52:54:00:00:00:01', 'rx_octets': 70,
                     'rx_packets': 1, 'tx_octets': 140, 'tx_packets': 2}],
    'disk_details': [{'read_bytes': 262144, 'read_requests': 112,
                      'write_bytes': 5778432, 'write_requests': 488}],
}

_STATUS = {'running': 'ACTIVE', 'paused': 'PAUSED', 'shutdown': 'SHUTOFF',
           'suspended': 'SUSPENDED'}


class _Handler(server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def __init__(self, fake, *args):
        self._fake = fake
        super().__init__(*args)

    def setup(self):
        super().setup()
        self._fake.connections.append(self.connection)

    def _answer(self):
        length = int(self.headers.get('Content-Length') or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        with self._fake.lock:
            status, answer = self._fake.handle(
                self.command, self.path, body, self.headers)
        data = b'' if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_DELETE = _answer

    def log_message(self, *args):
        pass


class FakeService:
    """Listens on loopback until close(), and again from open() on.

    :ivar calls: what was asked, in its order: ``'PUT /v1/instances/…'``
    :ivar bodies: of those calls, by the same index
    :ivar headers: likewise
    :ivar looks: how many looks at an instance it takes until what was asked
        of it is done
    :ivar undying: whether no guest can be killed
    :ivar refusals: by the beginning of a call: the status and message that it
        is answered with
    :ivar faults: by the beginning of a call: why what it asks fails later
    :ivar interrupted: calls that are taken on, and lose libvirt before their
        answer
    """

    def __init__(self):
        self.calls, self.bodies, self.headers = [], [], []
        self.refusals, self.faults = {}, {}
        self.interrupted = []
        self.instances = {}
        self.looks = 2
        self.undying = False
        self.connections = []
        self.lock = threading.Lock()
        self._server = None
        self.port = 0
        self.open()
        self.url = 'http://127.0.0.1:%d' % self.port

    def open(self):
        """Listens; a second time where it did the first time."""
        self._server = server.ThreadingHTTPServer(
            ('127.0.0.1', self.port), functools.partial(_Handler, self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self):
        """Ends every connection too, as a process that ends does."""
        if self._server is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = None
        while self.connections:
            with contextlib.suppress(OSError):
                self.connections.pop().shutdown(socket.SHUT_RDWR)

    def forget(self):
        """What was asked until now."""
        del self.calls[:], self.bodies[:], self.headers[:]

    def calls_over_http(self):
        return [call for call in self.calls if '/' in call]

    def asked(self):
        """The calls, without those that only look."""
        return [re.sub('/v1/instances/[^/]*', '…', call)
                for call in self.calls if not call.startswith('GET')]

    def body(self, beginning):
        """Of the last such call."""
        return [body for call, body in zip(self.calls_over_http(), self.bodies)
                if re.sub('/v1/instances/[^/]*', '…', call) == beginning][-1]

    def handle(self, method, path, body, headers):
        call = '%s %s' % (method, path)
        self.calls.append(call)
        self.bodies.append(body)
        self.headers.append(headers)
        short = re.sub('/v1/instances/[^/]*', '…', call)
        for beginning, (status, message) in self.refusals.items():
            if short.startswith(beginning):
                return status, {'conflictingRequest': {
                    'code': status, 'message': message}}
        if path == '/v1/host':
            return 200, HOST
        if path == '/v1/instances':
            return 200, {'instances': [self._shown(uuid)
                                       for uuid in self.instances]}
        _, _, _, uuid, *below = path.split('?')[0].split('/')
        if method == 'PUT' and not below:
            return self._spawn(uuid, body, short)
        if uuid not in self.instances:
            return (204, None) if method == 'DELETE' and not below else (
                404, {'itemNotFound': {'code': 404, 'message': 'no such'}})
        instance = self.instances[uuid]
        if method == 'GET':
            return self._look(instance, below)
        if method == 'DELETE' and not below:
            if instance['task'] == 'delete' and not self.undying:
                del self.instances[uuid]
                return 204, None
            answer = self._begin(instance, 'delete', short, lambda: None)
            if self.undying:
                instance['fault'] = {'message': 'it cannot be killed'}
            return answer
        return self._act(instance, method, below, body, short)

    def _spawn(self, uuid, body, short):
        if uuid in self.instances:
            return 200, self._shown(uuid)
        nics = [nic['vif'] for nic in body['request']['nics']]
        instance = self.instances[uuid] = {
            'id': uuid, 'domain': body['domain'], 'nics': nics,
            'name': body['request']['instance']['name'], 'task': None,
            'status': 'BUILD', 'power_state': 'nostate', 'fault': None,
            'has_drive': body['config_drive'], 'reboots': set()}
        state = 'running' if body['power_on'] else 'shutdown'
        return self._begin(instance, 'spawn', short,
                           lambda: self._become(instance, state))

    def _act(self, instance, method, below, body, short):
        if below == ['power-state']:
            state = body['power_state']
            if instance['power_state'] == state:
                return 200, self._shown(instance['id'])
            return self._begin(instance, state, short,
                               lambda: self._become(instance, state))
        if below == ['reboot']:
            if body['id'] in instance['reboots']:
                return 202, self._shown(instance['id'])
            instance['reboots'].add(body['id'])
            return self._begin(instance, 'reboot', short,
                               lambda: self._become(instance, 'running'))
        if below == ['rescue']:
            if (instance['status'] == 'RESCUE') == (method == 'PUT'):
                return 200, self._shown(instance['id'])
            status = 'RESCUE' if method == 'PUT' else 'ACTIVE'
            return self._begin(
                instance, 'rescue', short, lambda: instance.update(
                    power_state='running', status=status))
        if below == ['config-drive']:
            return 204, None
        if below[:1] == ['nics']:
            return self._nic(instance, method, below[1], body, short)
        raise AssertionError('%s is not in the contract' % below)

    def _nic(self, instance, method, port, body, short):
        nics = instance['nics']
        there = [nic for nic in nics if nic['id'] == port]
        if instance['task']:
            return 409, {'conflictingRequest': {
                'code': 409, 'message': 'task_state ' + instance['task']}}
        if short in self.interrupted:
            self._begin(instance, 'attach_interface', short,
                        lambda: nics.append(body['vif']))
            return 503, {'serviceUnavailable': {
                'code': 503, 'message': 'no libvirt; it goes on later'}}
        if method == 'PUT':
            if not there:
                nics.append(body['vif'])
            return 200, self._interfaces(instance)[-1]
        if not there:
            return 204, None
        return self._begin(instance, 'detach', short,
                           lambda: nics.remove(there[0]))

    def _begin(self, instance, task, short, end):
        """Something that takes several looks, and may fail at the end."""
        fault = self.faults.get(short)
        instance.update(task=task, left=self.looks, end=end, will_fail=fault)
        return 202, self._shown(instance['id'])

    @staticmethod
    def _become(instance, state):
        instance.update(power_state=state, status=_STATUS[state])

    def _look(self, instance, below):
        if below == ['diagnostics']:
            return 200, DIAGNOSTICS
        if below == ['console-output']:
            return 200, {'output': 'Grüße vom Gast\n'}
        if instance['task'] and instance['task'] != 'delete':
            instance['left'] -= 1
            if instance['left'] <= 0:
                self._end(instance)
        return 200, self._shown(instance['id'])

    @staticmethod
    def _end(instance):
        message, task = instance['will_fail'], instance['task']
        instance['task'] = None
        instance['fault'] = None
        if message:
            instance['fault'] = {'code': 500, 'message': message,
                                 'created': '2026-11-21T08:00:00Z'}
            if task == 'spawn':
                instance['status'] = 'ERROR'
        else:
            instance['end']()

    def _shown(self, uuid):
        instance = self.instances[uuid]
        shown = {key: instance[key] for key in (
            'id', 'name', 'domain', 'status', 'power_state', 'task', 'fault')}
        shown['interfaces'] = self._interfaces(instance)
        shown['disks'] = [{'target': 'vda', 'bus': 'virtio',
                           'address': '0000:00:04.0'}]
        return shown

    @staticmethod
    def _interfaces(instance):
        return [{'port_id': nic['id'], 'net_id': nic['network']['id'],
                 'mac_addr': nic['address'],
                 'address': '0000:%02x:00.0' % number}
                for number, nic in enumerate(instance['nics'], 1)]
