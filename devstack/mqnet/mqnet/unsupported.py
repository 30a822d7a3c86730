"""What Nova sends to a host of the service's, and the service cannot give."""

from nova import exception
from nova.i18n import _
from nova.virt import driver
from nova.virt import hardware


def refuse(flavor, image_meta, block_device_info):
    """:raises: InvalidInput"""
    _refuse_block_devices(block_device_info)
    _refuse_numa(flavor, image_meta)


def _refuse_block_devices(block_device_info):
    """A root disk from an image is all that the service makes."""
    unknown = {
        _('volumes'): driver.block_device_info_get_mapping(block_device_info),
        _('ephemeral disks'): driver.block_device_info_get_ephemerals(
            block_device_info),
        _('swap disks'): driver.swap_is_usable(
            driver.block_device_info_get_swap(block_device_info)),
    }
    asked = [kind for kind, devices in unknown.items() if devices]
    if asked:
        raise exception.InvalidInput(
            reason=_('this host has no %s') % ', '.join(asked))


def _refuse_numa(flavor, image_meta):
    """Nova takes such an instance as any other where a host has no NUMA.

    Its claim there leaves no instance.numa_topology.
    """
    if hardware.numa_get_constraints(flavor, image_meta):
        raise exception.InvalidInput(reason=_(
            'this host has no NUMA nodes, pinned CPUs or huge pages to give, '
            'and the flavor or the image asks for some'))
