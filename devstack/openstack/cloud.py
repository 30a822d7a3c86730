"""The cloud as its users see it, and what lies below; in the lab."""
import contextlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.request

from lxml import etree
from nova.virt.mqnet import devices

LIB = os.path.join(os.path.dirname(os.path.realpath(__file__)), '..', 'lib')
SERVICE = 'http://127.0.0.1:8784'
INSTANCES = ('/var/lib/nova/instances', '/var/lib/mqnet/instances')
GUEST_TIMEOUT = 240
SETTLE_TIMEOUT = 60


def run(*command, check=True):
    done = subprocess.run(command, capture_output=True, text=True)
    if check and done.returncode:
        raise RuntimeError('%s: %s' % (' '.join(command[:4]), done.stderr))
    return done.stdout


def stack(*words, cloud='demo'):
    """The stock client; it says nothing but what was asked for."""
    return run('openstack', '--os-cloud', cloud, *words)


def stack_json(*words, cloud='demo'):
    return json.loads(stack(*words, '-f', 'json', cloud=cloud))


def until(condition, timeout, what, pause=1):
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError('%s: not after %d s' % (what, timeout))
        time.sleep(pause)


class Server:
    """An instance, as its user and as its guest see it."""

    def __init__(self, name, flavor, nics, image='guest', wait=True):
        self.name = name
        words = ['server', 'create', '--image', image, '--flavor', flavor]
        for nic in nics:
            words += ['--nic', nic]
        self.id = stack_json(*words, name)['id']
        if wait:
            self.settle()

    def settle(self):
        """Waits until Nova is done with it; returns what it has become."""
        def settled():
            shown.update(self.show())
            return (shown['status'] in ('ACTIVE', 'ERROR')
                    and not shown['OS-EXT-STS:task_state'])
        shown = {}
        until(settled, GUEST_TIMEOUT, '%s ACTIVE or ERROR' % self.name)
        return shown['status']

    def fault(self):
        return (self.show().get('fault') or {}).get('message', '')

    def show(self):
        return stack_json('server', 'show', self.id, cloud='lab')

    @property
    def domain(self):
        return self.show()['OS-EXT-SRV-ATTR:instance_name']

    def ports(self):
        """MAC addresses by port id."""
        return {port['ID']: port['MAC Address'] for port in stack_json(
            'port', 'list', '--server', self.id, cloud='lab')}

    def guest(self, count):
        """(queues, MSI vectors) by MAC, once the guest has so many NICs."""
        run(os.path.join(LIB, 'guest-exec.sh'), '--wait', str(GUEST_TIMEOUT),
            self.domain)
        found = {}

        def complete():
            found.clear()
            for line in run(os.path.join(LIB, 'guest-nics.sh'), self.domain,
                            check=False).splitlines():
                mac, queues, vectors = line.split()
                found[mac] = (int(queues), int(vectors))
            return len(found) == count
        try:
            until(complete, SETTLE_TIMEOUT, '%d NICs' % count)
        except RuntimeError:
            pass  # the report says what there is
        return found

    def queues(self, names):
        """What the guest has, under the names that ports were given."""
        macs = self.ports()
        guest = self.guest(len(macs))
        rest = [port for port in macs if port not in names]
        named = dict(names, **{port: 'tag' for port in rest})
        return {named[port]: guest.get(mac.lower(), (None, None))
                for port, mac in macs.items()}

    def reboot_hard(self):
        stack('server', 'reboot', '--hard', '--wait', self.id)

    def delete(self):
        stack('server', 'delete', '--wait', self.id)


def in_words(value):
    if isinstance(value, dict):
        return ', '.join('%s %s' % (key, in_words(item))
                         for key, item in value.items()) or 'nothing'
    if isinstance(value, (list, tuple)):
        return '/'.join(map(in_words, value)) or 'nothing'
    return {True: 'yes', False: 'no', None: '-'}.get(value, str(value))


class Report:

    def __init__(self, driver):
        self.driver = driver
        self.rows = []

    def check(self, what, expected, found):
        right = expected == found
        self.rows.append((what, in_words(found), right))
        print('%-6s %s: %s%s' % (
            'ok' if right else 'WRONG', what, in_words(found),
            '' if right else ', expected: ' + in_words(expected)),
            file=sys.stderr, flush=True)

    def conclude(self):
        print(self.driver)
        for what, found, right in self.rows:
            print('  %-56s %-40s %s' % (what, found,
                                        'ok' if right else 'WRONG'))
        wrong = [what for what, _, right in self.rows if not right]
        print(json.dumps({'driver': self.driver, 'checks': len(self.rows),
                          'wrong': wrong}))
        return 1 if wrong else 0


def make_port(name, queues):
    """As administrator: nobody else may write binding:profile."""
    project = stack_json('project', 'show', 'demo', cloud='lab')['id']
    return stack_json(
        'port', 'create', '--network', 'net', '--project', project,
        '--binding-profile', 'queues=%d' % queues, name, cloud='lab')['id']


def make_flavor(name, **specs):
    words = ['flavor', 'create', '--vcpus', '4', '--ram', '512', '--disk', '1']
    for key, value in specs.items():
        words += ['--property', 'mq:%s=%s' % (key, value)]
    stack(*words, name, cloud='lab')


def planned(server, wish, **specs):
    """What the dry run says of such an instance: grants by MAC.

    It is told of the devices that libvirt runs, because they take their share
    of the vectors.
    """
    domain = etree.fromstring(run('virsh', 'dumpxml', server.domain))
    macs = [mac.get('address') for mac in domain.findall(
        'devices/interface/mac')]
    return {nic['id']: nic['granted'] for nic in post('/v1/plans', {
        'instance': {'uuid': server.id, 'name': server.name},
        'flavor': {'vcpus': 4, 'extra_specs': {
            'mq:' + key: str(value) for key, value in specs.items()}},
        'image': {'properties': {
            'os_type': 'linux', 'os_distro': 'debian', 'os_version': '12'}},
        'virt_type': 'qemu',
        'machine': domain.find('os/type').get('machine'),
        'nics': [{'tag': wish, 'vif': {
            'id': mac, 'address': mac, 'type': 'bridge',
            'vnic_type': 'normal',
            'network': {'id': 'net', 'bridge': 'br'}}} for mac in macs],
        'devices': [{'type': kind, 'count': count} for kind, count in
                    devices.of_domain(domain).items()],
    })['nics']}


def post(path, body):
    with urllib.request.urlopen(urllib.request.Request(
            SERVICE + path, json.dumps(body).encode(),
            {'Content-Type': 'application/json'})) as answer:
        return json.load(answer)


def downloads():
    """Images that the driver is fetching from Glance at this moment."""
    return [name for path in INSTANCES if os.path.isdir(path + '/_base')
            for name in os.listdir(path + '/_base') if name.endswith('.part')]


def get(path):
    """Waits for a service that has just started, or whose libvirt has."""
    found = []

    def answered():
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(SERVICE + path) as answer:
                found.append(json.load(answer))
        return found
    until(answered, SETTLE_TIMEOUT, 'GET %s answered' % path)
    return found[0]


def known_to_service():
    """Its status of each instance that it runs, by id."""
    return {one['id']: one['status']
            for one in get('/v1/instances')['instances']}


def has_directory(server):
    return any(os.path.isdir(os.path.join(path, server.id))
               for path in INSTANCES)


def leftovers():
    yield from known_to_service()
    yield from run('virsh', '-q', 'list', '--all', '--name').split()
    yield from re.findall(r'^\d+: ((?:tap|vnet)[^:@]*)',
                          run('ip', '-o', 'link'), re.MULTILINE)
    for path in INSTANCES:
        if os.path.isdir(path):
            yield from (name for name in os.listdir(path)
                        if re.match(r'[0-9a-f]{8}-', name))
