"""The cloud as its users see it, and what lies below; in the lab."""
import json
import os
import re
import subprocess
import sys
import time
import urllib.request

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


def until(condition, timeout, what):
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError('%s: not after %d s' % (what, timeout))
        time.sleep(1)


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


class Report:

    def __init__(self, driver):
        self.driver = driver
        self.rows = []

    def check(self, what, expected, found):
        self.rows.append((what, expected, found, expected == found))
        print('%-6s %s: %s' % ('ok' if expected == found else 'WRONG', what,
                               found), file=sys.stderr, flush=True)

    def conclude(self):
        print('%-52s %-22s %-22s' % (self.driver, 'expected', 'found'))
        for what, expected, found, right in self.rows:
            print('%-52s %-22s %-22s %s' % (
                what, expected, found, '' if right else 'WRONG'))
        wrong = [row[0] for row in self.rows if not row[3]]
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


def planned(server):
    """Grants as the service tells them, by MAC."""
    with urllib.request.urlopen(
            '%s/v1/instances/%s/queues' % (SERVICE, server.id)) as answer:
        return {nic['mac']: nic['planned']['granted']
                for nic in json.load(answer)['nics']}


def leftovers():
    yield from run('virsh', '-q', 'list', '--all', '--name').split()
    yield from re.findall(r'^\d+: ((?:tap|vnet)[^:@]*)',
                          run('ip', '-o', 'link'), re.MULTILINE)
    for path in INSTANCES:
        if os.path.isdir(path):
            yield from (name for name in os.listdir(path)
                        if re.match(r'[0-9a-f]{8}-', name))
