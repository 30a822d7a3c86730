"""From Nova's objects to the requests of the service (specs/plan-api.rst)."""

import os

import nova.conf
from nova import objects
from nova import utils

CONF = nova.conf.CONF

_SCALARS = (str, int, float, bool)

_VIF_KEYS = ('id', 'address', 'type', 'vnic_type', 'devname',
             'ovs_interfaceid', 'details', 'profile', 'delegate_create',
             'qbg_params')


def plan_request(instance, network_info, image_meta, flavor, virt_type, tags,
                 machine=None, devices=None, grants=None, running=False,
                 conflict=None, host=None, pci_slots=()):
    """The dry run of an instance: POST /v1/plans.

    :param instance: nova.objects.Instance
    :param network_info: its VIFs, nova.network.model, in their order
    :param image_meta: nova.objects.ImageMeta
    :param flavor: nova.objects.Flavor
    :param virt_type: as in [libvirt]
    :param tags: NIC tags by port id, see nic_tags()
    :param machine: machine type, where it is known
    :param devices: the other devices of the domain by type, where somebody
        else than the service builds it
    :param grants: by port id what NICs have already: a dict ``granted`` and
        ``granted_for``
    :param running: whether the guest runs with those grants
    :param conflict: ``refuse`` or ``as_nova``, where flavor and image differ
    :param pci_slots: addresses of the devices that count as type ``pci``
    :param host: what is known of the host; host_limits() unless given. An
        empty one leaves it to the service
    :returns: a dict that can become JSON
    """
    request = {
        'instance': {'uuid': instance.uuid, 'name': instance.name},
        'flavor': {
            'name': flavor.name,
            'vcpus': flavor.vcpus,
            'memory_mb': flavor.memory_mb,
            'extra_specs': dict(flavor.extra_specs or {}),
        },
        'image': {'properties': image_properties(instance, image_meta)},
        'virt_type': virt_type,
        'nics': [nic(vif, tags, grants) for vif in network_info],
    }
    if host is None:
        host = host_limits()
    if host:
        request['host'] = host
    if machine:
        request['machine'] = machine
    if devices is not None:
        request['devices'] = [{'type': kind, 'count': count}
                              for kind, count in sorted(devices.items())]
        for device in request['devices']:
            if device['type'] == 'pci' and pci_slots:
                device['pci_slots'] = list(pci_slots)
    if running:
        request['running'] = True
    if conflict:
        request['conflict'] = conflict
    return request


def nic_tags(instance):
    """The tags of an instance's NICs by port id: one RPC.

    Nova's network model has no tags; they are in the VirtualInterface alone.
    """
    vifs = objects.VirtualInterfaceList.get_by_instance_uuid(
        instance._context, instance.uuid)
    return {vif.uuid: vif.tag for vif in vifs if 'tag' in vif and vif.tag}


def image_properties(instance, image_meta):
    """The image's properties, those included that Nova does not know.

    Nova drops unknown ones from image_meta; the copy that it makes of an image
    in the instance's system_metadata has them all.
    """
    prefix = utils.SM_IMAGE_PROP_PREFIX
    properties = {
        name[len(prefix):]: value
        for name, value in instance.system_metadata.items()
        if name.startswith(prefix)
    }
    known = image_meta.properties
    for name in known.fields:
        if known.obj_attr_is_set(name):
            properties[name] = getattr(known, name)
    return {name: value for name, value in properties.items()
            if isinstance(value, _SCALARS)}


def host_limits():
    """What this nova.conf and kernel say of the host's NICs."""
    limits = {
        'kernel_release': os.uname().release,
        'use_virtio_for_bridges': CONF.libvirt.use_virtio_for_bridges,
    }
    for name in ('max_queues', 'rx_queue_size', 'tx_queue_size'):
        value = getattr(CONF.libvirt, name)
        if value:
            limits[name] = value
    return limits


def nic(vif, tags, grants=None):
    """One NIC as a request has it; see plan_request()."""
    asked = {'vif': _vif(vif)}
    tag = tags.get(vif['id'])
    if tag:
        asked['tag'] = tag
    asked.update((grants or {}).get(vif['id'], {}))
    return asked


def _vif(vif):
    """Without subnets and addresses, which are nobody's business here."""
    network = vif['network']
    chosen = {key: vif[key] for key in _VIF_KEYS if vif.get(key) is not None}
    chosen['network'] = {
        'id': network['id'],
        'bridge': network['bridge'],
        'meta': {key: network.get_meta(key) for key in ('mtu', 'interface')},
    }
    return chosen
