"""What guests are told of themselves, by config drive and metadata service."""

import base64

from nova.api.metadata import base as instance_metadata
from nova import objects


def device_metadata(instance, shown, nic_tags):
    """The devices that the user has tagged, and where the guest finds them.

    :param shown: the instance as the service shows it
    :param nic_tags: by port id
    :returns: nova.objects.InstanceDeviceMetadata; None where there are none
    """
    devices = [
        _device(objects.NetworkInterfaceMetadata, nic['address'],
                nic_tags[nic['port_id']], mac=nic['mac_addr'])
        for nic in shown['interfaces'] if nic['port_id'] in nic_tags]
    disk_tags = _disk_tags(instance)
    devices += [
        _device(objects.DiskMetadata, disk['address'],
                disk_tags[disk['target']], serial=None)
        for disk in shown['disks'] if disk['target'] in disk_tags]
    return objects.InstanceDeviceMetadata(devices=devices) if devices else None


def config_drive(instance, injected_files, admin_password, network_info):
    """What Nova puts on a config drive.

    :returns: a list of dicts: a ``content`` and the ``paths`` that it is at.
        Nova has the same user data at some twenty-five of them.
    """
    metadata = instance_metadata.InstanceMetadata(
        instance, content=injected_files, network_info=network_info,
        extra_md={'admin_pass': admin_password} if admin_password else {})
    paths = {}
    for path, content in metadata.metadata_for_config_drive():
        if isinstance(content, str):
            content = content.encode()
        paths.setdefault(content, []).append(path)
    return [{'content': base64.b64encode(content).decode(), 'paths': at}
            for content, at in paths.items()]


def _device(kind, address, tag, **what):
    device = kind(tags=[tag], **what)
    if address:
        device.bus = objects.PCIDeviceBus(address=address)
    return device


def _disk_tags(instance):
    bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
        instance._context, instance.uuid)
    return {bdm.device_name.rpartition('/')[2]: bdm.tag
            for bdm in bdms if bdm.tag and bdm.device_name}
