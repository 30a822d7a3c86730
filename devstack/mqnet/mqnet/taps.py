"""Taps of the host that outlived the NIC they were made for."""

import os

import nova.privsep.linux_net
from nova import exception
from nova.i18n import _

# Linux: IFF_MULTI_QUEUE, include/uapi/linux/if_tun.h.
_IFF_MULTI_QUEUE = 0x0100

_SYSFS = '/sys/class/net'


def remove_other_mode(dev, multiqueue):
    """Removes a tap that cannot serve a NIC, so that it is made anew.

    A tap is made for one queue or for many, for ever. Nova takes one that is
    there as it is, and QEMU then cannot open it.
    """
    flags = _read(dev, 'tun_flags')
    if flags is None:
        return
    if bool(int(flags, 16) & _IFF_MULTI_QUEUE) == multiqueue:
        return
    if _read(dev, 'carrier') == '1':
        raise exception.VirtualInterfacePlugException(
            _('cannot make tap %(dev)s anew for %(wanted)s: it is in use') %
            {'dev': dev,
             'wanted': _('many queues') if multiqueue else _('one queue')})
    nova.privsep.linux_net.delete_net_dev(dev)


def _read(dev, attribute):
    try:
        with open(os.path.join(_SYSFS, dev, attribute)) as f:
            return f.read().strip()
    except OSError:
        # No such device, or no tap; carrier cannot be read while it is down.
        return None
