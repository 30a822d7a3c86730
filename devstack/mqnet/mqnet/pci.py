"""PCI devices of the host that a guest gets whole.

Only what is known of them is told; how many interrupt vectors their drivers
take is the service's to say.
"""

import os
import re

_ADDRESS = re.compile(r'[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]')

_HEX = re.compile(r'0x([0-9a-f]{4,6})')

# PCI Local Bus Specification 3.0, chapter 6: where things lie in the
# configuration space of a device.
_STATUS = 0x06
_HAS_CAPABILITIES = 0x10
_FIRST_CAPABILITY = 0x34
_HEADER = 0x40
_SIZE = 0x100
_MSI = 0x05
_MSIX = 0x11


def slots(domain, but=()):
    """Addresses of the PCI devices that a domain has, in its order.

    :param domain: its XML, an lxml element
    :param but: addresses of those that are NICs
    """
    found = []
    for hostdev in domain.findall('devices/hostdev'):
        if hostdev.get('type') == 'pci':
            slot = _slot(hostdev.find('source/address'))
            if slot and slot not in but:
                found.append(slot)
    return found


def _slot(address):
    try:
        domain, bus, slot, function = (
            int(address.get(name), 16)
            for name in ('domain', 'bus', 'slot', 'function'))
    except (AttributeError, TypeError, ValueError):
        return None
    return '%04x:%02x:%02x.%x' % (domain, bus, slot, function)


def known(addresses, root='/'):
    """Reads the facts of this host's devices for the service.

    A device of which nothing is known is left out. Without CAP_SYS_ADMIN the
    ids and the class are known, but not the number of messages.

    :returns: dict of dicts by address: ``host.pci_devices`` of a request
    """
    devices = {address: _known(address, root) for address in addresses
               if _ADDRESS.fullmatch(address)}
    return {address: device for address, device in devices.items() if device}


def _known(address, root):
    path = os.path.join(root, 'sys/bus/pci/devices', address)
    device = {}
    vendor, model, class_code = (
        _number(os.path.join(path, name))
        for name in ('vendor', 'device', 'class'))
    if vendor and model:
        device['vendor'] = '%s:%s' % (vendor, model)
    if class_code:
        device['class'] = class_code.rjust(6, '0')
    count = messages(_read(os.path.join(path, 'config')))
    if count is not None:
        device['msix'] = count
    return device


def _number(path):
    match = _HEX.fullmatch(_read(path).decode('ascii', 'replace').strip())
    return match and match.group(1)


def _read(path):
    try:
        with open(path, 'rb') as file:
            return file.read(_SIZE)
    except OSError:
        return b''


def messages(config):
    """The size of a device's MSI-X table; without one, its MSI messages.

    :param config: bytes of its configuration space, from the beginning
    :returns: None where the bytes do not tell
    """
    status = _word(config, _STATUS)
    if len(config) < _HEADER or status == 0xffff:
        return None
    if not status & _HAS_CAPABILITIES:
        return 0
    msi = 0
    at = config[_FIRST_CAPABILITY] & 0xfc
    # More steps than capabilities fit are a loop.
    for _step in range((_SIZE - _HEADER) // 4):
        if at < _HEADER:
            return msi
        if at + 4 > len(config):
            return None
        control = _word(config, at + 2)
        if config[at] == _MSIX:
            return (control & 0x7ff) + 1
        if config[at] == _MSI:
            msi = 1 << (control >> 1 & 7)
        at = config[at + 1] & 0xfc
    return None


def _word(config, at):
    return int.from_bytes(config[at:at + 2], 'little')
