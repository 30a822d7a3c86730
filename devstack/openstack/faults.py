"""What is left when services die: Nova, the driver and libvirt must agree.

    faults.py DRIVER     the driver that nova-compute runs with

Prints a table and, last, a JSON line; the exit status is 0 only if everything
is as it should be.
"""
import datetime
import os
import sys
import tempfile
import time

import assets
import cloud
from cloud import run, stack

HERE = os.path.dirname(os.path.realpath(__file__))
NICS = ('net-id=net,tag=queues=4', 'net-id=net,tag=queues=2')
DISK_BYTES = 16 << 20
# enough that its download is not over before it is noticed
SLOW_BYTES = 512 << 20
SILENCE = 20


def services(*words):
    run(os.path.join(HERE, 'services.sh'), *words)


def await_up(since):
    run('python3', os.path.join(HERE, 'await_up.py'), since)


def start_service():
    services('start', 'mqnet')
    cloud.get('/v1/host')


def restart(name, pause=2):
    """As abruptly as it gets, and gone for a while."""
    services('kill', name)
    time.sleep(pause)
    since = datetime.datetime.utcnow().isoformat(timespec='seconds')
    services('start', name)
    await_up(since)


def boot(name, **more):
    return cloud.Server(name, 'mq4', NICS, **more)


def await_building(server):
    """Until the driver has it, and is not done with it."""
    cloud.until(lambda: cloud.has_directory(server), cloud.GUEST_TIMEOUT,
                'building', pause=0.02)


def agree(report, what, *servers, told=True):
    """Each server is whole everywhere or nowhere.

    :param told: whether Nova can tell why one failed
    """
    for server in servers:
        status = server.settle()
        running = run('virsh', '-q', 'list', '--name').split()
        if status == 'ACTIVE':
            report.check('%s: %s runs in libvirt too' % (what, server.name),
                         True, server.domain in running)
            if report.driver == 'mqnet.RestDriver':
                report.check('%s: the service says so' % what, 'ACTIVE',
                             cloud.known_to_service().get(server.id))
            report.check('%s: its guest has its queues' % what, [2, 4],
                         sorted(q for q, _ in server.guest(2).values()))
        elif told:
            print('       its fault: %s' % server.fault(), file=sys.stderr)
            report.check('%s: %s tells why it failed' % (what, server.name),
                         True, bool(server.fault()))
        server.delete()
    report.check('%s: nothing left' % what, [], sorted(cloud.leftovers()))
    after = boot('after')
    report.check('%s: the next one boots' % what, 'ACTIVE',
                 after.show()['status'])
    after.delete()


def service_restarted(report):
    server = boot('interrupted', wait=False)
    await_building(server)
    services('kill', 'mqnet')
    time.sleep(2)
    start_service()
    agree(report, 'service restarted in a boot', server)


def service_absent(report):
    older = boot('older')
    # libvirt gives every start of a domain another.
    number = run('virsh', '-q', 'domid', older.domain).strip()
    services('kill', 'mqnet')
    server = boot('alone')
    report.check('service absent: refused', 'ERROR', server.show()['status'])
    report.check('service absent: the fault names it', True,
                 '127.0.0.1:8784' in server.fault())
    stack('server', 'reboot', '--hard', older.id)
    report.check('service absent: a hard reboot leaves the guest as it is',
                 ['ACTIVE', number],
                 [older.settle(),
                  run('virsh', '-q', 'domid', older.domain).strip()])
    start_service()
    agree(report, 'service absent', older, server)


def bus_restarted(report):
    server = boot('unheard', wait=False)
    await_building(server)
    restart('rabbitmq')
    agree(report, 'RabbitMQ restarted in a boot', server)


def compute_killed(report):
    server = boot('orphan', wait=False)
    await_building(server)
    restart('nova-compute')
    # A nova-compute that finds such an instance when it starts writes ERROR,
    # but no fault.
    agree(report, 'nova-compute killed in a boot', server, told=False)


def libvirtd_killed(report):
    older = boot('older')
    server = boot('headless', wait=False)
    await_building(server)
    restart('libvirtd')
    agree(report, 'libvirtd killed in a boot', older, server)


def glance_slow(report):
    """Glance goes silent in the middle of a download, and then goes on."""
    image = make_image('slow', SLOW_BYTES)
    server = boot('patient', image='slow', wait=False)
    cloud.until(cloud.downloads, cloud.GUEST_TIMEOUT, 'downloading',
                pause=0.02)
    services('freeze', 'glance')
    time.sleep(SILENCE)
    report.check('Glance silent: its download waits', True,
                 bool(cloud.downloads()))
    services('thaw', 'glance')
    report.check('Glance silent for a while: booted', 'ACTIVE',
                 server.settle())
    agree(report, 'Glance silent for a while', server)
    stack('image', 'delete', image, cloud='lab')


def make_image(name, size):
    """One that boots the test guest, whatever is on its disk."""
    guest = cloud.stack_json('image', 'show', 'guest', cloud='lab')
    properties = dict(assets.GUEST, **{
        key: guest['properties'][key] for key in ('kernel_id', 'ramdisk_id')})
    words = ['image', 'create', '--disk-format', 'raw', '--public']
    for key, value in properties.items():
        words += ['--property', '%s=%s' % (key, value)]
    with tempfile.NamedTemporaryFile() as disk:
        disk.truncate(size)
        return cloud.stack_json(*words, '--file', disk.name, name,
                                cloud='lab')['id']


def image_corrupt(report):
    """Glance keeps other bytes than it took in."""
    image = make_image('corrupt', DISK_BYTES)
    with open('/var/lib/glance/images/' + image, 'r+b') as stored:
        stored.seek(DISK_BYTES // 2)
        stored.write(b'\1')
    server = boot('corrupt', image='corrupt')
    report.check('corrupt image: refused', 'ERROR', server.show()['status'])
    agree(report, 'corrupt image', server)
    stack('image', 'delete', image, cloud='lab')


def two_at_once(report):
    pair = [boot(name, wait=False) for name in ('one', 'two')]
    agree(report, 'two boots at once', *pair)


def main():
    report = cloud.Report(sys.argv[1])
    for act in (service_restarted, service_absent, bus_restarted,
                compute_killed, libvirtd_killed, glance_slow, image_corrupt,
                two_at_once):
        act(report)
    return report.conclude()


if __name__ == '__main__':
    sys.exit(main())
