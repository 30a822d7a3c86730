"""Waits until OpenStack itself says that its services are up.

    await_up.py SINCE     SINCE: UTC, ISO 8601; what reported before that
                          counts for nothing
"""
import sys
import time

import openstack

TIMEOUT = 180
WANTED = {'nova-conductor', 'nova-scheduler', 'nova-compute'}


def missing(cloud, since):
    """Names what is not up yet."""
    up = {service.binary for service in cloud.compute.services()
          if service.state == 'up' and (service.updated_at or '') >= since}
    yield from WANTED - up
    if not any(agent.is_alive and agent.last_heartbeat_at >= since
               .replace('T', ' ') for agent in cloud.network.agents()):
        yield 'linuxbridge agent'


def main():
    since = sys.argv[1]
    cloud = openstack.connect(cloud='lab')
    deadline = time.monotonic() + TIMEOUT
    while True:
        try:
            absent = sorted(missing(cloud, since))
        except Exception as fault:  # an API that is only half-way up
            absent = ['%s' % fault]
        if not absent:
            return 0
        if time.monotonic() > deadline:
            print('not up after %d s: %s' % (TIMEOUT, ', '.join(absent)),
                  file=sys.stderr)
            return 1
        time.sleep(0.5)


if __name__ == '__main__':
    sys.exit(main())
