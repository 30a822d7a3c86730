"""Taps of the host that outlived the NIC they were made for."""

import os

from oslo_log import log as logging

import nova.privsep.linux_net

LOG = logging.getLogger(__name__)

# Linux: IFF_MULTI_QUEUE, include/uapi/linux/if_tun.h.
_IFF_MULTI_QUEUE = 0x0100

_SYSFS = '/sys/class/net'


def remove_other_mode(dev, multiqueue):
    """Removes a tap that cannot serve a NIC, so that it is made anew.

    A tap is made for one queue or for many, for ever. Nova takes one that is
    there as it is, and QEMU then cannot open it.

    One in use stays: Nova plugs anew below guests that run, too, and those
    have what they were started with.
    """
    flags = _read(dev, 'tun_flags')
    if flags is None:
        return
    if bool(int(flags, 16) & _IFF_MULTI_QUEUE) == multiqueue:
        return
    if _read(dev, 'carrier') == '1':
        LOG.warning('Tap %(dev)s is not made anew for %(wanted)s: it is in '
                    'use', {'dev': dev, 'wanted': (
                        'many queues' if multiqueue else 'one queue')})
        return
    nova.privsep.linux_net.delete_net_dev(dev)


def _read(dev, attribute):
    try:
        with open(os.path.join(_SYSFS, dev, attribute)) as f:
            return f.read().strip()
    except OSError:
        # No such device, or no tap; carrier cannot be read while it is down.
        return None
