"""The compute driver whose hypervisor is the service.

nova-compute carries the calls; what they do, and whether they may, is decided
on the other side (specs/openapi.yaml). What is here is Nova's side of it:
plugging VIFs, waiting for Neutron's events, and Nova's exceptions.
"""

import contextlib

from oslo_concurrency import processutils
from oslo_log import log as logging
from oslo_serialization import jsonutils
import os_resource_classes as orc

from nova.compute import power_state
import nova.conf
from nova import exception
from nova.network import model as network_model
from nova.objects import fields
from nova.virt import configdrive
from nova.virt import driver
from nova.virt import hardware
from nova.virt.libvirt import vif as libvirt_vif

from . import asks
from . import conf
from . import diagnostics
from . import guest_data
from . import images
from . import instances
from . import service
from . import unsupported

try:
    EventTimeout = exception.InstanceEventTimeout
except AttributeError:
    # Before Nova ran without eventlet.
    from eventlet.timeout import Timeout as EventTimeout

CONF = nova.conf.CONF
LOG = logging.getLogger(__name__)

# Nova's numbers by the service's words; its "nostate" is Nova's "pending".
_POWER_STATES = {word: number for number, word in
                 power_state.STATE_MAP.items()}


@contextlib.contextmanager
def _failing_as(failure):
    """Gives what the service says Nova's name for it."""
    try:
        yield
    except instances.ERRORS as e:
        raise failure(reason=e.format_message())


class RestDriver(driver.ComputeDriver):
    """Leaves everything to the service.

    It keeps nothing about instances: the service's record has it all, the
    NICs' grants included.
    """

    capabilities = dict(
        driver.ComputeDriver.capabilities,
        supports_attach_interface=True,
        supports_device_tagging=True,
        supports_tagged_attach_interface=True,
        supports_image_type_aki=True,
        supports_image_type_ari=True,
        supports_image_type_qcow2=True,
        supports_image_type_raw=True,
    )

    def __init__(self, virtapi, read_only=False):
        super().__init__(virtapi)
        conf.register_opts(CONF)
        self._service = service.Service(
            CONF.mqnet.service_url, CONF.mqnet.service_timeout)
        self._instances = instances.Instances(self._service)
        # Plugging is the network's business and no hypervisor's: Nova's own
        # way of it is good for every type of VIF.
        self._vif_driver = libvirt_vif.LibvirtGenericVIFDriver()
        self._hypervisor = None

    # The host

    def init_host(self, host):
        """Refuses to start where the service does not answer."""
        self._hypervisor = self._host()['hypervisor']

    def get_available_nodes(self, refresh=False):
        # The name that Nova's libvirt driver would give: a host that changes
        # to or from it stays the same resource provider.
        return [self._hypervisor['hostname']]

    def get_available_resource(self, nodename):
        resources = self._host()['resources']
        arch = fields.Architecture.from_host()
        return {
            'hypervisor_type': self._hypervisor['type'],
            'hypervisor_version': resources['hypervisor_version'],
            'hypervisor_hostname': nodename,
            'vcpus': resources['vcpus'],
            'memory_mb': resources['memory_mb'],
            'local_gb': resources['disk_gb'],
            # Nova counts what its instances use; only this is the host's own.
            'vcpus_used': 0,
            'memory_mb_used': 0,
            'local_gb_used': resources['disk_gb'] - resources['disk_free_gb'],
            'disk_available_least': resources['disk_free_gb'],
            'cpu_info': jsonutils.dumps({'arch': arch}),
            'numa_topology': None,
            'supported_instances': [
                (arch, self._hypervisor['virt_type'], fields.VMMode.HVM)],
        }

    def update_provider_tree(self, provider_tree, nodename, allocations=None):
        try:
            resources = self._host()['resources']
        except instances.ERRORS:
            # Nova also comes here to claim an instance's resources. What the
            # host has does not change by that, and the build itself is where
            # the user reads that the service is away.
            LOG.warning('The inventory stays as it is', exc_info=True)
            return
        ratios = self._get_allocation_ratios(
            provider_tree.data(nodename).inventory)
        totals = {
            orc.VCPU: (resources['vcpus'], CONF.reserved_host_cpus),
            orc.MEMORY_MB: (resources['memory_mb'],
                            CONF.reserved_host_memory_mb),
            orc.DISK_GB: (resources['disk_gb'],
                          self._get_reserved_host_disk_gb_from_config()),
        }
        inventory = {
            resource: {
                'total': total,
                'reserved': reserved,
                'min_unit': 1,
                'max_unit': total,
                'step_size': 1,
                'allocation_ratio': ratios[resource],
            } for resource, (total, reserved) in totals.items() if total
        }
        vcpus = inventory[orc.VCPU]
        vcpus['max_unit'] = max(vcpus['total'], CONF.mqnet.max_vcpus or 0)
        provider_tree.update_inventory(nodename, inventory)

    def get_host_ip_addr(self):
        return CONF.my_ip

    def get_host_uptime(self):
        # The service runs on this host: uptime(1), as for every driver.
        out, _err = processutils.execute('env', 'LANG=C', 'uptime')
        return out

    def get_host_cpu_stats(self):
        return self._host()['cpu_stats']

    def _host(self):
        return self._service.call('GET', '/v1/host')

    # Its instances

    def list_instances(self):
        return [instance['domain'] for instance in self._instances.list()]

    def list_instance_uuids(self):
        return [instance['id'] for instance in self._instances.list()]

    def instance_exists(self, instance):
        try:
            self._instances.show(instance)
        except exception.InstanceNotFound:
            return False
        return True

    def get_info(self, instance, use_cache=True):
        return hardware.InstanceInfo(
            state=_power_state(self._instances.show(instance)))

    def get_console_output(self, context, instance):
        answer = self._instances.call(instance, 'GET', '/console-output')
        return answer['output'].encode()

    def get_diagnostics(self, instance):
        return diagnostics.before_2_48(self._diagnostics(instance))

    def get_instance_diagnostics(self, instance):
        return diagnostics.since_2_48(
            self._diagnostics(instance), configdrive.required_by(instance))

    def _diagnostics(self, instance):
        return self._instances.call(instance, 'GET', '/diagnostics')

    # Their life

    def spawn(self, context, instance, image_meta, injected_files,
              admin_password, allocations, network_info=None,
              block_device_info=None, power_on=True, accel_info=None):
        """Builds the instance, gives it its config drive, and starts it.

        Whatever goes wrong aborts the build, with its reason. No other host
        is tried: at the end of that a user would read only that none was left.
        """
        try:
            unsupported.refuse(
                instance.flavor, image_meta, block_device_info)
            self._spawn(context, instance, image_meta, injected_files,
                        admin_password, network_info or [], power_on)
        except Exception as e:
            self._discard(context, instance, network_info)
            if not isinstance(e, exception.NovaException):
                raise
            raise exception.BuildAbortException(
                instance_uuid=instance.uuid, reason=e.format_message())

    def _spawn(self, context, instance, image_meta, injected_files,
               admin_password, network_info, power_on):
        events = self._plug_events(network_info) if power_on else []
        try:
            # By its place: the time to wait has changed its name in Nova.
            with self.virtapi.wait_for_instance_event(
                    instance, events, CONF.vif_plugging_timeout,
                    error_callback=self._plug_failed):
                self.plug_vifs(instance, network_info)
                self._build(context, instance, image_meta, injected_files,
                            admin_password, network_info)
                if power_on:
                    # A guest that sends before its ports carry anything would
                    # wait for an answer that never comes.
                    self._start(instance, 'paused' if events else 'running')
        except EventTimeout:
            if CONF.vif_plugging_is_fatal:
                raise exception.VirtualInterfaceCreateException()
        if events:
            self._start(instance, 'running')

    def _start(self, instance, state):
        """The build is under way, and is not lost to a service that restarts.
        """
        instances.patiently(
            lambda: self._instances.set_power_state(instance, state))

    def _build(self, context, instance, image_meta, injected_files,
               admin_password, network_info):
        tags = asks.nic_tags(instance)
        has_config_drive = bool(configdrive.required_by(instance))
        built = self._instances.do(
            instance, 'PUT', '', {
                'request': asks.plan_request(
                    instance, network_info, image_meta, instance.flavor,
                    self._hypervisor['virt_type'], tags, host={}),
                'domain': instance.name,
                'root_gb': instance.flavor.root_gb,
                'metadata': dict(instance.metadata),
                'config_drive': has_config_drive,
                'image': images.files(context, instance),
                'power_on': False,
            }, headers=_token(context))
        # Only now are the devices where the guest will find them.
        instance.device_metadata = guest_data.device_metadata(
            instance, built, tags)
        if has_config_drive:
            files = guest_data.config_drive(
                instance, injected_files, admin_password, network_info)
            instances.patiently(lambda: self._instances.call(
                instance, 'PUT', '/config-drive', {'files': files}))

    def destroy(self, context, instance, network_info, block_device_info=None,
                destroy_disks=True, destroy_secrets=True):
        self.cleanup(context, instance, network_info)

    def cleanup(self, context, instance, network_info, block_device_info=None,
                destroy_disks=True, migrate_data=None, destroy_vifs=True,
                destroy_secrets=True):
        """Has the service delete the instance whole, and waits for it.

        :raises: InstancePowerOffFailure, after which Nova keeps the addresses
            of a guest that may still run
        """
        with _failing_as(exception.InstancePowerOffFailure):
            self._instances.delete(instance)
        if destroy_vifs:
            self._unplug_leniently(instance, network_info or [])

    def _discard(self, context, instance, network_info):
        """Leaves nothing of a build that failed, if it can."""
        try:
            self.destroy(context, instance, network_info)
        except Exception:
            LOG.exception('What was built is still there: it goes when the '
                          'instance is deleted', instance=instance)

    def reboot(self, context, instance, network_info, reboot_type,
               block_device_info=None, bad_volumes_callback=None,
               accel_info=None, share_info=None):
        body = {'type': reboot_type, 'id': context.request_id}
        if reboot_type != 'HARD':
            self._reboot(instance, body)
            return
        with self._anew(instance, network_info) as nics:
            self._reboot(instance, dict(body, nics=nics))

    def _reboot(self, instance, body):
        with _failing_as(exception.InstanceRebootFailure):
            # A second one with the same id reboots nobody.
            self._instances.do(
                instance, 'POST', '/reboot', body, idempotent=True)

    def power_off(self, instance, timeout=0, retry_interval=0):
        with _failing_as(exception.InstancePowerOffFailure):
            self._instances.set_power_state(
                instance, 'shutdown', timeout=timeout,
                retry_interval=retry_interval)

    def power_on(self, context, instance, network_info,
                 block_device_info=None, accel_info=None, share_info=None):
        with _failing_as(exception.InstancePowerOnFailure), \
                self._anew(instance, network_info) as nics:
            self._instances.set_power_state(instance, 'running', nics=nics)

    def pause(self, instance):
        self._instances.set_power_state(instance, 'paused')

    def unpause(self, instance):
        self._instances.set_power_state(instance, 'running')

    def suspend(self, context, instance):
        with _failing_as(exception.InstanceSuspendFailure):
            self._instances.set_power_state(instance, 'suspended')

    def resume(self, context, instance, network_info, block_device_info=None,
               share_info=None):
        with _failing_as(exception.InstanceResumeFailure):
            self._instances.set_power_state(instance, 'running')

    def rescue(self, context, instance, network_info, image_meta,
               rescue_password, block_device_info, share_info=None):
        """Boots it from another disk, its own beside that.

        :raises: whatever goes wrong, which Nova tells as InstanceNotRescuable
        """
        if hardware.check_hw_rescue_props(image_meta):
            LOG.warning('The rescue image says hw_rescue_device or '
                        'hw_rescue_bus: its disk is the first all the same, '
                        'in the place of the root disk', instance=instance)
        self.plug_vifs(instance, network_info)
        image_id = image_meta.id if image_meta.obj_attr_is_set('id') else None
        body = {'image': images.rescue_files(context, instance, image_id)}
        if configdrive.required_by(instance):
            body['config_drive'] = {'files': guest_data.config_drive(
                instance, None, rescue_password, network_info)}
        self._instances.do(
            instance, 'PUT', '/rescue', body, headers=_token(context))

    def unrescue(self, context, instance):
        self.plug_vifs(instance, instance.get_network_info())
        self._instances.do(instance, 'DELETE', '/rescue', None)

    def resume_state_on_host_boot(self, context, instance, network_info,
                                  *devices, **more_devices):
        # The devices come in another order since Nova knows shares.
        off = (power_state.SHUTDOWN, power_state.CRASHED)
        if self.get_info(instance).state in off:
            self.power_on(context, instance, network_info)

    # Their NICs

    def plug_vifs(self, instance, network_info):
        for vif in network_info:
            self._vif_driver.plug(instance, vif)

    def unplug_vifs(self, instance, network_info):
        for vif in network_info:
            self._vif_driver.unplug(instance, vif)

    def _unplug_leniently(self, instance, network_info):
        for vif in network_info:
            try:
                self._vif_driver.unplug(instance, vif)
            except exception.NovaException:
                LOG.warning('VIF %s is still plugged', vif['id'],
                            instance=instance, exc_info=True)

    def attach_interface(self, context, instance, image_meta, vif):
        self.plug_vifs(instance, [vif])
        tags = asks.nic_tags(instance)
        try:
            self._instances.call(
                instance, 'PUT', _nic_path(vif), asks.nic(vif, tags))
        except instances.ERRORS as e:
            LOG.error('Cannot attach %(vif)s: %(reason)s',
                      {'vif': vif['id'], 'reason': e.format_message()},
                      instance=instance)
            self._take_back(context, instance, vif)
            raise exception.InterfaceAttachFailed(instance_uuid=instance.uuid)
        self._tell_where_devices_are(instance, tags)
        instance.save()

    def _take_back(self, context, instance, vif):
        """An attachment without an answer may have come about, or may yet."""
        try:
            with contextlib.suppress(instances.NotDone):
                self._instances.finished(instance)
            self.detach_interface(context, instance, vif)
        except exception.NovaException:
            LOG.warning('VIF %s may still be attached', vif['id'],
                        instance=instance, exc_info=True)

    def detach_interface(self, context, instance, vif):
        """Waits until the guest has let go of the NIC.

        It stays plugged where the guest keeps it.
        """
        with _failing_as(lambda reason: exception.DeviceDetachFailed(
                device=vif['address'], reason=reason)):
            going = self._instances.call(instance, 'DELETE', _nic_path(vif))
            if going is not None:
                self._instances.finished(instance)
        self.unplug_vifs(instance, [vif])

    @contextlib.contextmanager
    def _anew(self, instance, network_info):
        """For what builds the guest anew, with the NICs that it is to have."""
        self.plug_vifs(instance, network_info)
        tags = asks.nic_tags(instance)
        yield [asks.nic(vif, tags) for vif in network_info]
        self._tell_where_devices_are(instance, tags)

    @staticmethod
    def _plug_events(network_info):
        """What Neutron is going to say, as in Nova's libvirt driver.

        A VIF that is active already, or that may be, is not waited for.
        """
        if not CONF.vif_plugging_timeout:
            return []
        return [('network-vif-plugged', vif['id']) for vif in network_info
                if vif.get('active', True) is False and
                vif['vnic_type'] != network_model.VNIC_TYPE_REMOTE_MANAGED]

    @staticmethod
    def _plug_failed(event_name, instance):
        LOG.error('Neutron reported failure on event %s', event_name,
                  instance=instance)
        if CONF.vif_plugging_is_fatal:
            raise exception.VirtualInterfaceCreateException()

    def _tell_where_devices_are(self, instance, tags):
        """For the metadata service; saved with the instance."""
        instance.device_metadata = guest_data.device_metadata(
            instance, self._instances.show(instance), tags)


def _nic_path(vif):
    return '/nics/' + vif['id']


def _token(context):
    """Lets the service fetch the images that the user may see."""
    return {'X-Auth-Token': context.auth_token} if context.auth_token else {}


def _power_state(shown):
    return _POWER_STATES.get(shown['power_state'], power_state.NOSTATE)
