"""Nova's objects for tests, as a compute manager has them."""

from nova import context
from nova.network import model
from nova import objects

objects.register_all()

UUID = 'b7c95471-0b82-469f-8962-7b9dabbe3ed5'


def vif(number, vif_type='bridge', vnic_type='normal', profile=None, **more):
    network = model.Network(
        id='net-%d' % number, bridge='br%d' % number, label='blue',
        subnets=[model.Subnet(cidr='10.0.0.0/24', ips=[
            model.FixedIP(address='10.0.0.%d' % number)])],
        mtu=1450, tenant_id='a-tenant')
    return model.VIF(
        id='port-%d' % number, address='fa:16:3e:00:00:%02x' % number,
        network=network, type=vif_type, vnic_type=vnic_type,
        devname='tap%d' % number, profile=profile or {}, details={}, **more)


def instance(vifs=(), extra_specs=None, **image):
    """Its system_metadata is a copy of the image, as Nova makes one."""
    system_metadata = {'image_' + name: value for name, value in image.items()}
    system_metadata['boot_roles'] = 'member'
    made = objects.Instance(
        context.get_admin_context(), id=7, uuid=UUID, image_ref=None,
        system_metadata=system_metadata,
        flavor=objects.Flavor(
            name='m1.mq', vcpus=4, memory_mb=512,
            extra_specs=extra_specs or {}),
        info_cache=objects.InstanceInfoCache(
            network_info=model.NetworkInfo(vifs)))
    made.obj_reset_changes()
    return made


def image_meta(**properties):
    return objects.ImageMeta.from_dict({'properties': properties})
