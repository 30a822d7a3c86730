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
    ('pci', 'pcie-to-pci-bridge'): 'pci-bridge',
    ('pci', 'pci-bridge'): 'pci-bridge',
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

# NIC models that libvirt takes for PCIe: it knows these, and an unknown one
# can only be that of a pool of PCIe devices. Of those that it knows the others
# are conventional PCI (qemu_domain_address.c,
# qemuDomainDeviceCalculatePCIConnectFlags).
_CONVENTIONAL_NICS = ('e1000', 'rtl8139', 'vmxnet3', 'virtio-transitional')

# libvirt's model for a NIC without one (qemuDomainDefaultNetModel).
_DEFAULT_NIC = 'rtl8139'

# Controllers, sound cards and so on: which are PCIe, and which conventional.
_PCIE_USB = ('qemu-xhci', 'nec-xhci')
_PCIE_SCSI = ('virtio-scsi', 'virtio-non-transitional')
_CONVENTIONAL_SOUND = ('es1370', 'ac97', 'ich6')
_CONVENTIONAL_VIDEO = ('vga', 'cirrus', 'vmvga', 'qxl')
_NO_VIDEO = ('none', 'ramfb')
_PCIE = 'pcie'
_CONVENTIONAL = 'conventional'

# Slots of a bridge; one that sits behind another takes one and gives 31.
_BRIDGE_SLOTS = 31


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
    return {kind: count for kind, count in counts.items() if count}


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
        _add_controllers(devices, counts)


def _add_controllers(devices, counts):
    """PCIe root ports and bridges, as libvirt completes the domain.

    A port for each PCIe device and for the first bridge, and one that it
    leaves free where nobody has named any. What is conventional PCI sits in a
    pcie-to-pci-bridge, and beyond its slots in pci-bridges behind that.
    """
    places = collections.Counter(_place(device) for device in devices)
    places[_PCIE] += _added_serial(devices)
    places.subtract(_on_the_root(devices))
    conventional = places[_CONVENTIONAL]
    ports = max(places[_PCIE], counts['root-port'])
    if conventional and not counts['pci-bridge']:
        # libvirt adds a bridge with a port of its own, whatever is free.
        ports += 1
    elif conventional:
        ports = max(places[_PCIE] + 1, counts['root-port'])
    if not counts['root-port'] and ports:
        ports += 1
    counts['root-port'] = ports
    behind = max(0, conventional - _BRIDGE_SLOTS)
    bridges = 1 + -(-behind // (_BRIDGE_SLOTS - 1)) if conventional else 0
    counts['pci-bridge'] = max(bridges, counts['pci-bridge'])


def _place(device):
    """Where a device sits: behind a root port, behind a bridge, or neither."""
    tag, model = device.tag, device.get('model')
    if tag == 'interface':
        if device.get('type') == 'hostdev':
            return _PCIE
        return _pcie_unless(_nic_model(device) in _CONVENTIONAL_NICS)
    if tag == 'controller':
        return _place_of_controller(device.get('type'), model,
                                    device.get('index'))
    if tag == 'disk':
        return _PCIE if _bus(device) == 'virtio' else None
    if tag == 'hostdev':
        return _PCIE if device.get('type') in ('pci', 'mdev') else None
    if tag == 'video':
        return _place_of_video(device)
    if tag in ('rng', 'memballoon', 'vsock'):
        if not _is_virtio(model):
            return None
        return _pcie_unless(model == 'virtio-transitional')
    if tag == 'input':
        return _PCIE if device.get('bus') == 'virtio' else None
    if tag == 'filesystem':
        return _PCIE
    conventional = (
        tag in ('shmem', 'crypto') or
        tag == 'sound' and model in _CONVENTIONAL_SOUND or
        tag == 'watchdog' and model == 'i6300esb')
    return _CONVENTIONAL if conventional else None


def _place_of_controller(kind, model, index):
    if kind == 'usb':
        # Nova names none for most images: libvirt takes piix3-uhci then. The
        # ich9 controllers have their own slots of the board.
        if model == 'none' or (model or '').startswith('ich9-'):
            return None
        return _pcie_unless(model not in _PCIE_USB)
    if kind == 'scsi':
        return _pcie_unless(model not in _PCIE_SCSI)
    if kind in ('virtio-serial', 'nvme'):
        return _pcie_unless(model == 'virtio-transitional')
    if kind == 'sata':
        return None if index in (None, '0') else _CONVENTIONAL
    return None


def _place_of_video(device):
    model = _model_type(device)
    if model is None or model in _NO_VIDEO:
        return None
    return _pcie_unless(model in _CONVENTIONAL_VIDEO)


def _pcie_unless(conventional):
    return _CONVENTIONAL if conventional else _PCIE


def _nic_model(device):
    return _model_type(device) or _DEFAULT_NIC


def _model_type(device):
    model = device.find('model')
    return None if model is None else model.get('type')


def _on_the_root(devices):
    """The first screen sits on the root bus, whatever it is."""
    screens = [_place_of_video(device) for device in devices.findall('video')]
    return screens[:1]


def _added_serial(devices):
    named = any(controller.get('type') == 'virtio-serial'
                for controller in devices.findall('controller'))
    return 1 if not named and _uses_virtio_serial(devices) else 0


def _uses_virtio_serial(devices):
    ports = devices.findall('channel') + devices.findall('console')
    return any(port.find('target') is not None and
               port.find('target').get('type') == 'virtio' for port in ports)
