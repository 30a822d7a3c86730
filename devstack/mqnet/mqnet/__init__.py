"""Compute drivers that give every NIC its queues.

Nova's loader always puts ``nova.virt.`` before the name that it is given, so
this package is installed as ``nova.virt.mqnet`` (``install.sh``)::

    [DEFAULT]
    compute_driver = mqnet.LibvirtDriver

``LibvirtDriver`` is Nova's own libvirt driver, which asks the service how many
queues every NIC gets. ``RestDriver`` leaves the whole work to the service.
"""

import importlib

_DRIVERS = {
    'LibvirtDriver': '.libvirt_driver',
    'RestDriver': '.rest_driver',
}


def __getattr__(name):
    # Each is imported when it is asked for: a host of the one needs nothing
    # that the other imports, libvirt above all.
    if name in _DRIVERS:
        return getattr(importlib.import_module(_DRIVERS[name], __name__), name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
