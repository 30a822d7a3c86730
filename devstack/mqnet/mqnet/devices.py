"""What else in a domain takes interrupt vectors from its NICs.

The service knows how many each kind takes; here they are only counted, in a
domain as libvirt has it or as Nova is about to define it.
"""

import collections

from . import pci

# Of libvirt's controllers those whose device has MSI vectors.
_CONTROLLERS = {
    ('usb', 'qemu-xhci'): 'usb',
    ('usb', 'nec-xhci'): 'usb',
    ('pci', 'pcie-root-port'): 'root-port',
    ('scsi', 'virtio-scsi'): 'scsi',
    ('scsi', 'virtio-transitional'): 'scsi',
    ('scsi', 'virtio-non-transitional'): 'scsi',
}

# Whatever their model is.
_CONTROLLER_TYPES = {
    'virtio-serial': 'serial',
    'sata': 'ahci',
    'nvme': 'nvme',
}

# Kinds that are part of the board, or have no place on a bus of their own.
_NOT_BEHIND_PORTS = ('ahci', 'root-port', 'gpu')

# Kinds of <hostdev>, of which each has a port.
_HANDED_OVER = ('pci', 'vgpu')


def of_domain(domain, nic_slots=()):
    """Counts the devices of a domain by the service's names for them.

    A disk whose source is an NVMe device of the host (<disk type='nvme'>) is
    in the guest what its bus says: QEMU drives the controller.

    :param domain: its XML, an lxml element
    :param nic_slots: PCI addresses of devices that are NICs
    :returns: dict from type to count
    """
    counts = collections.Counter()
    devices = domain.find('devices')
    for device in devices:
        kind = _kind(device)
        if kind:
            counts[kind] += 1
    handed_over = len(pci.slots(domain, nic_slots))
    if handed_over:
        counts['pci'] = handed_over
    _add_what_libvirt_adds(domain, devices, counts)
    return dict(counts)


def _kind(device):
    tag = device.tag
    if tag == 'disk':
        return 'disk' if _bus(device) == 'virtio' else None
    if tag == 'controller':
        kind = device.get('type')
        return (_CONTROLLER_TYPES.get(kind) or
                _CONTROLLERS.get((kind, device.get('model'))))
    if tag == 'rng':
        return 'rng' if _is_virtio(device.get('model')) else None
    if tag == 'memballoon':
        return 'balloon' if _is_virtio(device.get('model')) else None
    if tag == 'input':
        return 'input' if device.get('bus') == 'virtio' else None
    if tag == 'video':
        model = device.find('model')
        virtio = model is not None and model.get('type') == 'virtio'
        return 'gpu' if virtio else None
    if tag == 'filesystem':
        driver = device.find('driver')
        virtiofs = driver is not None and driver.get('type') == 'virtiofs'
        return 'fs' if virtiofs else '9p'
    if tag == 'hostdev':
        mediated = (device.get('type') == 'mdev' and
                    device.get('model', 'vfio-pci') == 'vfio-pci')
        return 'vgpu' if mediated else None
    return tag if tag in ('vsock', 'crypto') else None


def _bus(disk):
    target = disk.find('target')
    return None if target is None else target.get('bus')


def _is_virtio(model):
    return model is not None and model.startswith('virtio')


def _add_what_libvirt_adds(domain, devices, counts):
    """What is not in Nova's XML, but in what libvirt makes of it.

    A domain that libvirt has defined has it all.
    """
    if not counts['serial'] and _uses_virtio_serial(devices):
        counts['serial'] = 1
    machine = domain.find('os/type')
    machine = '' if machine is None else machine.get('machine') or ''
    if 'q35' in machine:
        counts['ahci'] = max(1, counts['ahci'])
    if 'q35' in machine or machine.startswith('virt'):
        behind_ports = sum(count for kind, count in counts.items()
                           if kind not in _NOT_BEHIND_PORTS + _HANDED_OVER)
        nics = len(devices.findall('interface'))
        assigned = len(devices.findall('hostdev'))
        # One port for each, and libvirt always leaves one free.
        needed = behind_ports + nics + assigned + 1
        counts['root-port'] = max(needed, counts['root-port'])


def _uses_virtio_serial(devices):
    ports = devices.findall('channel') + devices.findall('console')
    return any(port.find('target') is not None and
               port.find('target').get('type') == 'virtio' for port in ports)
