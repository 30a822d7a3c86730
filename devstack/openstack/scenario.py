"""What a user of the cloud does and sees, driver by driver.

    scenario.py DRIVER     the driver that nova-compute runs with, for the
                           report only

Instances are booted with the stock client alone, as a tenant without any
privilege but where a port's binding:profile is written. Then their guests are
asked how many queues each NIC has. Prints a table and, last, a JSON line; the
exit status is 0 only if everything is as it should be.
"""
import re
import sys

import cloud
from cloud import stack

# A budget in which three NICs cannot have the four queues each that they ask
# for, and cannot have the same number either.
TIGHT_BUDGET = 47


def own_counts(report):
    """Counts from a port, a tag and a hot-plugged port."""
    port, plugged = cloud.make_port('four', 4), cloud.make_port('three', 3)
    server = cloud.Server('own', 'mq4', [
        'port-id=' + port, 'net-name=net,tag=queues=2'])
    names = {port: 'port', plugged: 'plugged'}
    booted = {'port': (4, 9), 'tag': (2, 5)}
    report.check('booted: NIC by NIC (queues, vectors)', booted,
                 server.queues(names))
    stack('server', 'add', 'port', server.id, plugged)
    complete = dict(booted, plugged=(3, 7))
    report.check('a NIC with its own count is plugged in', complete,
                 server.queues(names))
    server.reboot_hard()
    report.check('after a hard reboot', complete, server.queues(names))
    stack('server', 'remove', 'port', server.id, plugged)
    cloud.until(lambda: plugged not in server.ports(), cloud.SETTLE_TIMEOUT,
                'unplugged')
    report.check('and unplugged again', booted, server.queues(names))
    server.delete()
    for created in names:
        stack('port', 'delete', created, cloud='lab')


def over_budget(report):
    """The flavor's vectors do not suffice: as the plan says."""
    cloud.make_flavor('tight', vector_budget=TIGHT_BUDGET)
    server = cloud.Server('tight', 'tight', ['net-name=net,tag=queues=4'] * 3)
    guest = server.guest(3)
    plan = cloud.planned(server)
    report.check('over budget: as planned', plan,
                 {mac: queues for mac, (queues, _) in guest.items()})
    report.check('over budget: the split', [2, 3, 3], sorted(plan.values()))
    server.delete()


def refused(report):
    """The same, but the flavor says that all or nothing is wanted."""
    cloud.make_flavor('strict', vector_budget=TIGHT_BUDGET, strict='true')
    server = cloud.Server('strict', 'strict', ['net-name=net,tag=queues=4'] * 3)
    report.check('strict: refused', 'ERROR', server.show()['status'])
    fault = server.fault()
    print('fault: %s' % fault, file=sys.stderr)
    report.check('strict: the fault tells every NIC that fell short', 3,
                 len(re.findall(r'4 queues|queues 4|4 asked', fault)))
    server.delete()


def main():
    report = cloud.Report(sys.argv[1])
    for act in own_counts, over_budget, refused:
        act(report)
        report.check('nothing left (%s)' % act.__name__, [],
                     sorted(cloud.leftovers()))
    return report.conclude()


if __name__ == '__main__':
    sys.exit(main())
