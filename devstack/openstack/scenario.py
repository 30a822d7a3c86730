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

WISH = 'net-id=net,tag=queues=4'

# Vectors that do not suffice for three NICs with that wish.
TIGHT_BUDGET = 41


def own_counts(report):
    """Counts from a port, a tag and a hot-plugged port."""
    port, plugged = cloud.make_port('four', 4), cloud.make_port('three', 3)
    server = cloud.Server('own', 'mq4', [
        'port-id=' + port, 'net-id=net,tag=queues=2'])
    names = {port: 'port', plugged: 'plugged'}
    booted = {'port': (4, 9), 'tag': (2, 5)}
    report.check('booted: queues and vectors of each NIC', booted,
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
    server = cloud.Server('tight', 'tight', [WISH] * 3)
    found = {mac: queues for mac, (queues, _) in server.guest(3).items()}
    report.check('over budget: as the dry run says', cloud.planned(
        server, 'queues=4', vector_budget=TIGHT_BUDGET), found)
    shares = sorted(found.values())
    report.check('over budget: not all have what they asked for', True,
                 sum(shares) < 12)
    report.check('over budget: but all have a fair share', True,
                 shares[-1] - shares[0] <= 1 < shares[0])
    server.delete()


def refused(report):
    """The same, but the flavor says that all or nothing is wanted."""
    cloud.make_flavor('strict', vector_budget=TIGHT_BUDGET, strict='true')
    server = cloud.Server('strict', 'strict', [WISH] * 3)
    report.check('strict: refused', 'ERROR', server.show()['status'])
    told = ('4 queues', 'msi_vectors is %d' % TIGHT_BUDGET,
            "the flavor's mq:vector_budget", 'strict is set')
    fault = server.fault()
    print('       its fault: %s' % fault, file=sys.stderr)
    report.check('strict: the fault tells what fell short of what', [],
                 [part for part in told if part not in fault])
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
