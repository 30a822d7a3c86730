"""mqnet.RestDriver against a service that keeps to the contract."""

from nova import monkey_patch  # noqa: F401  must be the first: eventlet

import base64
import socket
import threading
import time
from unittest import mock

import os_resource_classes as orc
from oslo_serialization import jsonutils

from nova.compute import manager
from nova.compute import power_state
from nova.compute import provider_tree
import nova.conf
from nova import context
from nova import exception
from nova.network import model as network_model
from nova import objects
from nova import test
from nova.tests.unit import fake_instance
from nova.virt import driver as nova_driver
from nova.virt import fake as fake_virt
from nova.virt import mqnet
from nova.virt.mqnet import conf

import fake_service

CONF = nova.conf.CONF

INSTANCE = '4b1f8f60-4a5c-4f1e-8f0a-7d0c2a6a1c11'
DISK = '155d900f-4e14-4e4c-a73d-069cbf4541e6'
KERNEL = 'a2459075-d96c-40d5-893e-577ff92e721c'
RAMDISK = '76fa36fc-c930-4bf3-8c8a-ea2a2420deb6'

GLANCE = {
    DISK: {'id': DISK, 'disk_format': 'qcow2', 'checksum': 'abc',
           'os_hash_algo': 'sha512', 'os_hash_value': 'd15c'},
    KERNEL: {'id': KERNEL, 'disk_format': 'aki', 'checksum': 'abd',
             'os_hash_algo': 'sha256', 'os_hash_value': '4e1'},
    RAMDISK: {'id': RAMDISK, 'disk_format': 'ari', 'checksum': 'abe'},
}


def vif(number, active=True, **how):
    return network_model.VIF(
        id='ce531f90-199f-48c0-816c-13e38010%04d' % number,
        address='52:54:00:00:00:%02d' % number,
        network=network_model.Network(
            id='3cb9bc59-5699-4588-a4b1-b87f96708bc6', bridge='brq3cb9bc59-56',
            subnets=[], mtu=1450),
        type='bridge', vnic_type='normal', devname='tapce531f90-%d' % number,
        active=active, details={}, **how)


class Plugging:
    """What of Nova's VIF driver needs privileges; it notes what was asked."""

    def __init__(self, calls):
        self._calls = calls

    def plug(self, instance, vif):
        self._calls.append('plug ' + vif['id'][-1])

    def unplug(self, instance, vif):
        self._calls.append('unplug ' + vif['id'][-1])


class Computing:
    """As much of nova-compute's manager as Nova's ComputeVirtAPI needs."""

    def __init__(self):
        self.reportclient = None
        self.instance_events = manager.InstanceEvents()


class RestDriverCase(test.NoDBTestCase):

    def setUp(self):
        super().setUp()
        self.service = fake_service.FakeService()
        self.addCleanup(self.service.close)
        self.driver = self.driver_at(self.service.url)
        self.driver.init_host('compute-1')
        self.service.forget()
        self.context = context.RequestContext(
            'user', 'project', auth_token='t0ken')
        self.patch('nova.image.glance.API.get',
                   side_effect=lambda context, image: GLANCE[image])
        self.tags = {}
        self.patch('nova.objects.VirtualInterfaceList.get_by_instance_uuid',
                   side_effect=lambda context, uuid: [
                       objects.VirtualInterface(uuid=port, tag=tag)
                       for port, tag in self.tags.items()])
        self.disk_tags = {}
        self.patch('nova.objects.BlockDeviceMappingList.get_by_instance_uuid',
                   side_effect=lambda context, uuid: [
                       objects.BlockDeviceMapping(device_name=name, tag=tag)
                       for name, tag in self.disk_tags.items()])

    def patch(self, target, **how):
        patcher = mock.patch(target, **how)
        self.addCleanup(patcher.stop)
        return patcher.start()

    def driver_at(self, url):
        conf.register_opts(CONF)
        self.compute = Computing()
        self.flags(service_url=url, service_restart_timeout=0, group='mqnet')
        driver = mqnet.RestDriver(manager.ComputeVirtAPI(self.compute))
        driver._vif_driver = Plugging(self.service.calls)
        return driver

    def instance(self, **updates):
        flavor = objects.Flavor(
            id=1, name='mq4', flavorid='mq4', vcpus=4, memory_mb=512,
            root_gb=3, ephemeral_gb=0, swap=0, extra_specs={'mq:strict': '1'})
        instance = fake_instance.fake_instance_obj(
            self.context, uuid=INSTANCE, id=1, image_ref=DISK, kernel_id='',
            ramdisk_id='', flavor=flavor, config_drive='', user_data=None,
            metadata={'k': 'v'}, launched_at=None, display_name='vm',
            expected_attrs=['system_metadata', 'metadata'], **updates)
        instance.system_metadata = {'image_mq_other': 'kept'}
        instance.device_metadata = instance.numa_topology = None
        return instance

    def spawn(self, instance=None, vifs=(), power_on=True, files=(),
              password=None, block_device_info=None):
        instance = instance or self.instance()
        self.driver.spawn(
            self.context, instance, self.image_meta(), list(files), password,
            {}, network_info=network_model.NetworkInfo(vifs),
            block_device_info=block_device_info, power_on=power_on)
        return instance

    @staticmethod
    def image_meta():
        return objects.ImageMeta.from_dict(
            {'properties': {'hw_vif_multiqueue_enabled': True}})


class HostTest(RestDriverCase):

    def test_nova_loads_it(self):
        self.flags(compute_driver='mqnet.RestDriver')
        loaded = nova_driver.load_compute_driver(fake_virt.FakeVirtAPI())
        self.assertEqual('RestDriver', type(loaded).__name__)
        self.assertIsInstance(loaded, nova_driver.ComputeDriver)

    def test_it_does_not_start_without_its_service(self):
        url = 'http://127.0.0.1:%d' % _free_port()
        driver = self.driver_at(url)
        error = self.assertRaises(
            exception.NovaException, driver.init_host, 'compute-1')
        self.assertIn(url, error.format_message())

    def test_resources(self):
        self.patch('os.uname', return_value=mock.Mock(machine='x86_64'))
        found = self.driver.get_available_resource('compute-1.example.org')
        self.assertEqual(['compute-1.example.org'],
                         self.driver.get_available_nodes())
        arch = 'x86_64'
        self.assertEqual(
            {'hypervisor_type': 'QEMU', 'hypervisor_version': 7002022,
             'hypervisor_hostname': 'compute-1.example.org', 'vcpus': 8,
             'memory_mb': 16384, 'local_gb': 100, 'vcpus_used': 0,
             'memory_mb_used': 0, 'local_gb_used': 40,
             'disk_available_least': 60, 'numa_topology': None,
             'cpu_info': jsonutils.dumps({'arch': arch}),
             'supported_instances': [(arch, 'qemu', 'hvm')]}, found)
        # What Nova makes of it.
        node = objects.ComputeNode()
        node.update_from_virt_driver(found)
        self.assertEqual(16384, node.memory_mb)

    def inventory(self):
        tree = provider_tree.ProviderTree()
        tree.new_root('compute-1.example.org', INSTANCE)
        self.driver.update_provider_tree(tree, 'compute-1.example.org')
        return tree.data('compute-1.example.org').inventory

    def test_inventory(self):
        self.flags(reserved_host_cpus=1, reserved_host_memory_mb=512,
                   reserved_host_disk_mb=2048, cpu_allocation_ratio=4.0,
                   ram_allocation_ratio=1.5, disk_allocation_ratio=1.0)
        self.assertEqual({
            orc.VCPU: {'total': 8, 'reserved': 1, 'min_unit': 1, 'max_unit': 8,
                       'step_size': 1, 'allocation_ratio': 4.0},
            orc.MEMORY_MB: {'total': 16384, 'reserved': 512, 'min_unit': 1,
                            'max_unit': 16384, 'step_size': 1,
                            'allocation_ratio': 1.5},
            orc.DISK_GB: {'total': 100, 'reserved': 2, 'min_unit': 1,
                          'max_unit': 100, 'step_size': 1,
                          'allocation_ratio': 1.0},
        }, self.inventory())

    def test_max_vcpus_raises_the_largest_flavor_and_never_lowers_it(self):
        for option, most in ((None, 8), (4, 8), (16, 16)):
            self.flags(max_vcpus=option, group='mqnet')
            vcpus = self.inventory()[orc.VCPU]
            self.assertEqual((most, 8), (vcpus['max_unit'], vcpus['total']))

    def test_the_inventory_stays_while_the_service_is_away(self):
        self.service.close()
        self.assertEqual({}, self.inventory())

    def test_the_host_itself(self):
        self.flags(my_ip='192.0.2.7')
        self.assertEqual('192.0.2.7', self.driver.get_host_ip_addr())
        self.assertIn('load average', self.driver.get_host_uptime())
        self.assertEqual(2000, self.driver.get_host_cpu_stats()['frequency'])

    def test_capabilities_are_those_that_it_has(self):
        self.assertEqual(
            {'supports_attach_interface', 'supports_device_tagging',
             'supports_tagged_attach_interface', 'supports_image_type_aki',
             'supports_image_type_ari', 'supports_image_type_qcow2',
             'supports_image_type_raw'},
            {name for name, has in self.driver.capabilities.items() if has})
        self.assertIn('COMPUTE_NET_ATTACH_INTERFACE_WITH_TAG',
                      self.driver.capabilities_as_traits())


class SpawnTest(RestDriverCase):

    def test_a_plain_one(self):
        self.spawn(vifs=[vif(1), vif(2)])
        self.assertEqual(
            ['plug 1', 'plug 2', 'PUT …', 'PUT …/power-state'],
            self.service.asked())
        self.assertEqual({'power_state': 'running'},
                         self.service.body('PUT …/power-state'))
        self.assertEqual(power_state.RUNNING,
                         self.driver.get_info(self.instance()).state)

    def test_what_is_asked(self):
        first = vif(1, profile={'queues': '4'})
        self.tags = {vif(2)['id']: 'queues=2'}
        self.spawn(vifs=[first, vif(2)])
        body = self.service.body('PUT …')
        request = body.pop('request')
        self.assertEqual(
            {'domain': 'instance-00000001', 'root_gb': 3,
             'metadata': {'k': 'v'}, 'config_drive': False, 'power_on': False,
             'image': {'disk': {'id': DISK, 'disk_format': 'qcow2',
                                'hash_algo': 'sha512',
                                'hash_value': 'd15c'}}}, body)
        self.assertEqual({'instance', 'flavor', 'image', 'virt_type', 'nics'},
                         set(request))
        self.assertEqual(INSTANCE, request['instance']['uuid'])
        self.assertEqual('qemu', request['virt_type'])
        self.assertEqual({'mq:strict': '1'}, request['flavor']['extra_specs'])
        self.assertEqual(
            {'hw_vif_multiqueue_enabled': True, 'mq_other': 'kept'},
            request['image']['properties'])
        self.assertEqual([None, 'queues=2'],
                         [nic.get('tag') for nic in request['nics']])
        self.assertEqual({'queues': '4'},
                         request['nics'][0]['vif']['profile'])

    def test_kernel_and_ramdisk(self):
        self.spawn(self.instance_with_kernel())
        self.assertEqual(
            {'disk': {'id': DISK, 'disk_format': 'qcow2',
                      'hash_algo': 'sha512', 'hash_value': 'd15c'},
             'kernel': {'id': KERNEL, 'disk_format': 'aki',
                        'hash_algo': 'sha256', 'hash_value': '4e1'},
             'ramdisk': {'id': RAMDISK, 'disk_format': 'ari',
                         'hash_algo': 'md5', 'hash_value': 'abe'}},
            self.service.body('PUT …')['image'])

    def instance_with_kernel(self):
        instance = self.instance()
        instance.kernel_id, instance.ramdisk_id = KERNEL, RAMDISK
        return instance

    def test_an_image_without_any_hash_aborts_the_build(self):
        with mock.patch.dict(GLANCE[DISK], os_hash_algo=None, checksum=None):
            self.assertIn(DISK, self.aborts())

    def test_the_token_goes_in_its_header_and_nowhere_else(self):
        self.spawn()
        sent = [headers.get('X-Auth-Token') for call, headers
                in zip(self.service.calls_over_http(), self.service.headers)]
        self.assertEqual(1, sent.count('t0ken'))
        self.assertNotIn('t0ken', jsonutils.dumps(self.service.bodies))

    def test_not_powered_on(self):
        self.spawn(vifs=[vif(1, active=False)], power_on=False)
        self.assertEqual(['plug 1', 'PUT …'], self.service.asked())

    def aborts(self, **how):
        """:returns: why"""
        error = self.assertRaises(
            exception.BuildAbortException, self.spawn, **how)
        self.assertEqual({}, self.service.instances)
        return error.format_message()

    def test_a_refusal_aborts_the_build(self):
        for status in (400, 409, 503):
            self.service.refusals = {'PUT …': (status, 'no room for NIC 2')}
            self.service.forget()
            self.assertEqual(
                'Build of instance %s aborted: no room for NIC 2' % INSTANCE,
                self.aborts(vifs=[vif(1)]))
            self.assertEqual(['plug 1', 'PUT …', 'DELETE …', 'unplug 1'],
                             self.service.asked())

    def test_what_fails_later_aborts_the_build(self):
        self.service.faults = {'PUT …': 'image is corrupt'}
        self.assertIn('image is corrupt', self.aborts())

    def test_a_start_that_fails_aborts_the_build(self):
        self.service.faults = {'PUT …/power-state': 'QEMU has ended'}
        self.assertIn('QEMU has ended', self.aborts(vifs=[vif(1)]))

    def test_no_service_aborts_the_build(self):
        self.service.close()
        message = self.aborts()
        self.assertIn(self.service.url, message)

    def test_what_the_service_cannot_make_aborts_the_build(self):
        for kind, devices in (
                ('volumes', {'block_device_mapping': ['a volume']}),
                ('ephemeral disks', {'ephemerals': ['one']}),
                ('swap disks', {'swap': {'device_name': '/dev/vdb',
                                         'swap_size': 64}})):
            self.assertIn(kind, self.aborts(block_device_info=devices))
        self.spawn(block_device_info={
            'block_device_mapping': [], 'ephemerals': [],
            'swap': {'device_name': None, 'swap_size': 0}})

    def test_numa_aborts_the_build(self):
        instance = self.instance()
        for asked in ({'hw:numa_nodes': '2'}, {'hw:mem_page_size': 'large'},
                      {'hw:cpu_policy': 'dedicated'}):
            instance.flavor.extra_specs = asked
            self.assertIn('this host has no NUMA nodes',
                          self.aborts(instance=instance))

    def test_a_service_that_restarts_in_the_middle_is_waited_for(self):
        self.flags(service_restart_timeout=30, group='mqnet')
        self.service.looks = 1000
        going = threading.Thread(target=self.spawn)
        going.start()
        while 'GET /v1/instances/' + INSTANCE not in self.service.calls:
            time.sleep(0.05)
        self.service.close()
        time.sleep(1.5)
        self.service.looks = self.service.instances[INSTANCE]['left'] = 1
        self.service.open()
        going.join(30)
        self.assertFalse(going.is_alive())
        self.assertEqual(
            'running', self.service.instances[INSTANCE]['power_state'])

    def test_a_service_that_restarts_between_two_steps_is_waited_for(self):
        self.flags(service_restart_timeout=30, group='mqnet')
        self.flags(force_config_drive=True)
        self.patch('nova.virt.mqnet.guest_data.config_drive', return_value=[])
        away = (503, 'no libvirt yet')
        self.service.refusals = {'PUT …/config-drive': away,
                                 'PUT …/power-state': away}
        going = threading.Thread(target=self.spawn)
        going.start()
        for step, still_away in (('PUT …/config-drive', ['PUT …/power-state']),
                                 ('PUT …/power-state', [])):
            while going.is_alive() and step not in self.service.asked():
                time.sleep(0.05)
            self.service.refusals = dict.fromkeys(still_away, away)
        going.join(30)
        self.assertFalse(going.is_alive())
        self.assertEqual(
            'running', self.service.instances[INSTANCE]['power_state'])


class EventsTest(RestDriverCase):

    def deliver(self, status):
        """Says what Neutron says, once the guest has been started."""
        def say():
            while 'PUT …/power-state' not in self.service.asked():
                time.sleep(0.02)
            events = self.compute.instance_events
            event = objects.InstanceExternalEvent(
                instance_uuid=INSTANCE, name='network-vif-plugged',
                status=status, tag=vif(1)['id'], data={})
            waiter = events.pop_instance_event(self.instance(), event)
            waiter.send(event)
        thread = threading.Thread(target=say)
        thread.start()
        self.addCleanup(thread.join)

    def states(self):
        return [body['power_state'] for call, body in
                zip(self.service.calls_over_http(), self.service.bodies)
                if call.endswith('/power-state')]

    def test_the_guest_waits_for_its_ports(self):
        self.flags(vif_plugging_timeout=20)
        self.deliver('completed')
        self.spawn(vifs=[vif(1, active=False), vif(2)])
        self.assertEqual(['paused', 'running'], self.states())

    def test_ports_that_do_not_come_are_fatal(self):
        self.flags(vif_plugging_timeout=1)
        error = self.assertRaises(exception.BuildAbortException, self.spawn,
                                  vifs=[vif(1, active=False)])
        self.assertIn('Virtual Interface creation failed',
                      error.format_message())
        self.assertEqual(['paused'], self.states())
        self.assertEqual({}, self.service.instances)

    def test_or_not(self):
        self.flags(vif_plugging_timeout=1, vif_plugging_is_fatal=False)
        self.spawn(vifs=[vif(1, active=False)])
        self.assertEqual(['paused', 'running'], self.states())

    def test_a_port_that_failed_is_fatal(self):
        self.flags(vif_plugging_timeout=20)
        self.deliver('failed')
        self.assertRaises(exception.BuildAbortException, self.spawn,
                          vifs=[vif(1, active=False)])

    def test_nobody_waits_without_a_time(self):
        self.flags(vif_plugging_timeout=0)
        self.spawn(vifs=[vif(1, active=False)])
        self.assertEqual(['running'], self.states())


class GuestDataTest(RestDriverCase):

    def test_tagged_devices_are_where_the_service_has_put_them(self):
        self.tags = {vif(2)['id']: 'queues=2'}
        self.disk_tags = {'/dev/vda': 'boot'}
        instance = self.spawn(vifs=[vif(1), vif(2)])
        nic, disk = instance.device_metadata.devices
        self.assertEqual(['queues=2'], nic.tags)
        self.assertEqual('52:54:00:00:00:02', nic.mac)
        self.assertEqual('0000:02:00.0', nic.bus.address)
        self.assertEqual(['boot'], disk.tags)
        self.assertEqual('0000:00:04.0', disk.bus.address)

    def test_no_tags_no_metadata(self):
        self.assertIsNone(self.spawn(vifs=[vif(1)]).device_metadata)

    def test_config_drive(self):
        self.patch('nova.network.security_group_api'
                   '.get_instance_security_groups', return_value=[])
        user_data = b'#!/bin/sh\n' + b'x' * 40000
        instance = self.instance()
        instance.config_drive, instance.hostname = 'True', 'vm'
        instance.user_data = base64.b64encode(user_data).decode()
        instance.keypairs = objects.KeyPairList(objects=[])
        instance.ec2_ids = objects.EC2Ids(
            instance_id='i-1', ami_id='ami-1', kernel_id=None,
            ramdisk_id=None)
        self.tags = {vif(1)['id']: 'queues=2'}
        self.spawn(instance, [vif(1)], files=[('/etc/motd', b'hello')],
                   password='s3cret')
        self.assertEqual(
            ['plug 1', 'PUT …', 'PUT …/config-drive', 'PUT …/power-state'],
            self.service.asked())
        self.assertIs(True, self.service.body('PUT …')['config_drive'])
        drive = self.service.body('PUT …/config-drive')
        self.assertLess(len(jsonutils.dumps(drive)), 1 << 18)
        files = {path: base64.b64decode(file['content'])
                 for file in drive['files'] for path in file['paths']}
        self.assertEqual(user_data, files['openstack/latest/user_data'])
        self.assertEqual(user_data, files['ec2/latest/user-data'])
        self.assertEqual(b'hello', files['openstack/content/0000'])
        metadata = jsonutils.loads(files['openstack/latest/meta_data.json'])
        self.assertEqual('s3cret', metadata['admin_pass'])
        self.assertEqual('/etc/motd', metadata['files'][0]['path'])
        self.assertEqual(
            [{'type': 'nic', 'mac': '52:54:00:00:00:01', 'bus': 'pci',
              'address': '0000:01:00.0', 'tags': ['queues=2'],
              'vf_trusted': False}], metadata['devices'])
        self.assertIn('openstack/latest/network_data.json', files)


class LivingCase(RestDriverCase):

    def setUp(self):
        super().setUp()
        self.vm = self.spawn(vifs=[vif(1)])
        self.service.forget()

    def state(self):
        return self.driver.get_info(self.vm).state


class LifeTest(LivingCase):

    def test_lists(self):
        self.assertEqual(['instance-00000001'], self.driver.list_instances())
        self.assertEqual([INSTANCE], self.driver.list_instance_uuids())
        self.assertEqual(1, self.driver.get_num_instances())
        self.assertTrue(self.driver.instance_exists(self.vm))

    def test_one_that_is_not_there(self):
        other = self.instance()
        other.uuid = KERNEL
        self.assertFalse(self.driver.instance_exists(other))
        for ask in (self.driver.get_info, self.driver.get_instance_diagnostics,
                    self.driver.pause, self.driver.power_off):
            self.assertRaises(exception.InstanceNotFound, ask, other)

    def test_destroy_waits_and_may_be_repeated(self):
        self.driver.destroy(self.context, self.vm, [vif(1)])
        self.assertEqual({}, self.service.instances)
        self.assertEqual(['DELETE …', 'DELETE …', 'unplug 1'],
                         self.service.asked())
        self.driver.destroy(self.context, self.vm, [vif(1)])
        self.driver.cleanup(self.context, self.vm, None, destroy_vifs=False)

    def test_destroy_in_every_state(self):
        for bring in (self.driver.pause, self.driver.power_off,
                      lambda vm: self.driver.suspend(self.context, vm)):
            bring(self.vm)
            self.driver.destroy(self.context, self.vm, [vif(1)])
            self.assertEqual({}, self.service.instances)
            self.spawn(self.vm, [vif(1)])

    def test_a_guest_that_cannot_be_killed_is_not_waited_for_for_ever(self):
        self.flags(delete_timeout=0.1, group='mqnet')
        self.service.undying = True
        error = self.assertRaises(
            exception.InstancePowerOffFailure, self.driver.destroy,
            self.context, self.vm, [vif(1)])
        self.assertIn('still there after 0.1 seconds of deleting ([mqnet] '
                      'delete_timeout): it cannot be killed',
                      error.format_message())
        # It still works there.
        self.assertNotIn('unplug 1', self.service.asked())
        self.service.undying = False
        self.driver.destroy(self.context, self.vm, [vif(1)])
        self.assertEqual({}, self.service.instances)

    def test_a_vif_that_stays_plugged_does_not_keep_an_instance(self):
        self.driver._vif_driver.unplug = mock.Mock(
            side_effect=exception.InternalError('busy'))
        self.driver.destroy(self.context, self.vm, [vif(1)])
        self.assertEqual({}, self.service.instances)

    def test_states(self):
        self.driver.pause(self.vm)
        self.assertEqual(power_state.PAUSED, self.state())
        self.driver.unpause(self.vm)
        self.assertEqual(power_state.RUNNING, self.state())
        self.driver.suspend(self.context, self.vm)
        self.assertEqual(power_state.SUSPENDED, self.state())
        self.driver.resume(self.context, self.vm, [vif(1)])
        self.assertEqual(power_state.RUNNING, self.state())
        self.driver.power_off(self.vm, 60, 10)
        self.assertEqual(
            {'power_state': 'shutdown', 'timeout': 60, 'retry_interval': 10},
            self.service.body('PUT …/power-state'))
        self.assertEqual(power_state.SHUTDOWN, self.state())

    def test_power_on_takes_the_nics_as_they_are_now(self):
        self.driver.power_off(self.vm)
        now = vif(1, profile={'queues': '2'})
        self.driver.power_on(self.context, self.vm, [now], {}, None, None)
        nic, = self.service.body('PUT …/power-state')['nics']
        self.assertEqual({'queues': '2'}, nic['vif']['profile'])
        self.assertIn('plug 1', self.service.asked())

    def test_soft_reboot(self):
        self.driver.reboot(self.context, self.vm, [vif(1)], 'SOFT')
        self.assertEqual(
            {'type': 'SOFT', 'id': self.context.request_id},
            self.service.body('POST …/reboot'))

    def test_hard_reboot_takes_the_nics_as_they_are_now(self):
        self.tags = {vif(1)['id']: 'queues=3'}
        self.driver.reboot(self.context, self.vm, [vif(1)], 'HARD',
                           block_device_info={}, accel_info=[],
                           share_info=None)
        self.assertEqual(['plug 1', 'POST …/reboot'], self.service.asked())
        body = self.service.body('POST …/reboot')
        self.assertEqual(['queues=3'], [nic['tag'] for nic in body['nics']])
        self.assertEqual(['queues=3'],
                         self.vm.device_metadata.devices[0].tags)

    def test_rescue_from_the_image_of_the_user_the_host_or_its_own(self):
        def rescued_from(image):
            meta = objects.ImageMeta.from_dict(image)
            self.driver.rescue(self.context, self.vm, [vif(1)], meta,
                               's3cret', {})
            self.assertEqual(['plug 1', 'PUT …/rescue'], self.service.asked())
            self.assertEqual('t0ken', self.service.headers[
                self.service.calls_over_http().index(
                    'PUT /v1/instances/%s/rescue' % INSTANCE)]['X-Auth-Token'])
            body = self.service.body('PUT …/rescue')
            self.vm.get_network_info = lambda: [vif(1)]
            self.driver.unrescue(self.context, self.vm)
            self.assertEqual(['plug 1', 'DELETE …/rescue'],
                             self.service.asked()[2:])
            self.service.forget()
            self.assertNotIn('config_drive', body)
            return {part: image['id'] for part, image in body['image'].items()}

        self.assertEqual({'disk': RAMDISK}, rescued_from({'id': RAMDISK}))
        self.assertEqual({'disk': DISK}, rescued_from({}))
        self.flags(rescue_image_id=RAMDISK, rescue_kernel_id=KERNEL,
                   group='libvirt')
        self.assertEqual({'disk': RAMDISK, 'kernel': KERNEL},
                         rescued_from({}))
        self.assertEqual({'disk': DISK, 'kernel': KERNEL},
                         rescued_from({'id': DISK, 'properties': {
                             'hw_rescue_bus': 'usb'}}))

    def test_the_password_of_a_rescue_is_on_its_config_drive(self):
        self.patch('nova.network.security_group_api'
                   '.get_instance_security_groups', return_value=[])
        self.vm.config_drive, self.vm.hostname = 'True', 'vm'
        self.vm.keypairs = objects.KeyPairList(objects=[])
        self.vm.ec2_ids = objects.EC2Ids(
            instance_id='i-1', ami_id='ami-1', kernel_id=None,
            ramdisk_id=None)
        self.driver.rescue(self.context, self.vm, [vif(1)],
                           objects.ImageMeta.from_dict({}), 's3cret', {})
        drive = self.service.body('PUT …/rescue')['config_drive']
        files = {path: base64.b64decode(file['content'])
                 for file in drive['files'] for path in file['paths']}
        self.assertEqual('s3cret', jsonutils.loads(
            files['openstack/latest/meta_data.json'])['admin_pass'])

    def test_a_rescue_that_fails_says_why(self):
        self.service.faults = {'PUT …/rescue': 'Glance is away'}
        error = self.assertRaises(
            exception.NovaException, self.driver.rescue, self.context, self.vm,
            [vif(1)], objects.ImageMeta.from_dict({}), 's3cret', {}, None)
        self.assertIn('Glance is away', error.format_message())

    def test_what_fails_has_novas_name(self):
        why = 'the guest has gone away'
        self.service.faults = {'PUT …/power-state': why, 'POST …/reboot': why}
        driver, vm, net = self.driver, self.vm, [vif(1)]
        for failure, ask in (
                (exception.InstancePowerOffFailure,
                 lambda: driver.power_off(vm)),
                (exception.InstanceSuspendFailure,
                 lambda: driver.suspend(self.context, vm)),
                (exception.InstanceRebootFailure,
                 lambda: driver.reboot(self.context, vm, net, 'HARD')),
                (exception.NovaException, lambda: driver.pause(vm))):
            error = self.assertRaises(failure, ask)
            self.assertIn(why, error.format_message())
        self.service.instances[INSTANCE]['power_state'] = 'shutdown'
        self.assertRaises(exception.InstancePowerOnFailure, driver.power_on,
                          self.context, vm, net)
        self.assertRaises(exception.InstanceResumeFailure, driver.resume,
                          self.context, vm, net)

    def test_after_the_host_booted(self):
        def resume_state():
            self.service.forget()
            # Before and since Nova knows shares.
            self.driver.resume_state_on_host_boot(
                self.context, self.vm, [vif(1)], {})
            self.driver.resume_state_on_host_boot(
                self.context, self.vm, [vif(1)], None, {})
            return self.service.asked()
        for state in ('running', 'paused', 'suspended', 'nostate'):
            self.service.instances[INSTANCE]['power_state'] = state
            self.assertEqual([], resume_state())
        for state in ('shutdown', 'crashed'):
            self.service.instances[INSTANCE]['power_state'] = state
            self.assertEqual(['plug 1', 'PUT …/power-state'], resume_state())

    def test_console(self):
        self.assertEqual(
            'Grüße vom Gast\n'.encode(),
            self.driver.get_console_output(self.context, self.vm))

    def test_diagnostics(self):
        found = self.driver.get_instance_diagnostics(self.vm)
        self.assertEqual(
            ('running', 'libvirt', 'qemu', 46, False, 1, 1, 1),
            (found.state, found.driver, found.hypervisor, found.uptime,
             found.config_drive, found.num_cpus, found.num_nics,
             found.num_disks))
        self.assertEqual(512, found.memory_details.maximum)
        self.assertEqual(70, found.nic_details[0].rx_octets)
        self.assertEqual(112, found.disk_details[0].read_requests)
        free = self.driver.get_diagnostics(self.vm)
        self.assertEqual(
            (512, 17000000, 70, 262144),
            (free['memory'], free['cpu0_time'], free['nic0_rx_octets'],
             free['disk0_read_bytes']))


class NicsTest(LivingCase):

    def attach(self, nic):
        with mock.patch.object(self.vm, 'save') as self.save:
            self.driver.attach_interface(
                self.context, self.vm, self.image_meta(), nic)

    def ports(self):
        return [nic['id'] for nic in self.service.instances[INSTANCE]['nics']]

    def test_attach(self):
        self.tags = {vif(2)['id']: 'queues=2'}
        self.attach(vif(2))
        self.assertEqual(['plug 2', 'PUT …/nics/' + vif(2)['id']],
                         self.service.asked())
        self.assertEqual(
            'queues=2',
            self.service.body('PUT …/nics/' + vif(2)['id'])['tag'])
        self.assertEqual('0000:02:00.0',
                         self.vm.device_metadata.devices[0].bus.address)
        self.save.assert_called_once_with()

    def test_an_attachment_that_fails_leaves_nothing(self):
        self.service.refusals = {'PUT …/nics': (409, 'no vectors left')}
        self.assertRaises(exception.InterfaceAttachFailed,
                          self.attach, vif(2))
        self.assertEqual([vif(1)['id']], self.ports())
        self.assertEqual('unplug 2', self.service.asked()[-1])

    def test_an_attachment_that_comes_about_later_is_taken_back(self):
        path = '…/nics/' + vif(2)['id']
        self.service.interrupted = ['PUT ' + path]
        self.assertRaises(exception.InterfaceAttachFailed,
                          self.attach, vif(2))
        self.assertEqual([vif(1)['id']], self.ports())
        self.assertEqual(
            ['plug 2', 'PUT ' + path, 'DELETE ' + path, 'unplug 2'],
            self.service.asked())

    def test_detach_waits_until_the_guest_has_let_go(self):
        self.driver.detach_interface(self.context, self.vm, vif(1))
        self.assertEqual([], self.ports())
        self.assertEqual(['DELETE …/nics/' + vif(1)['id'], 'unplug 1'],
                         self.service.asked())
        self.driver.detach_interface(self.context, self.vm, vif(1))

    def test_a_guest_that_does_not_let_go(self):
        path = 'DELETE …/nics/' + vif(1)['id']
        self.service.faults = {path: 'the guest keeps its NIC'}
        error = self.assertRaises(
            exception.DeviceDetachFailed, self.driver.detach_interface,
            self.context, self.vm, vif(1))
        self.assertEqual('Device detach failed for 52:54:00:00:00:01: '
                         'the guest keeps its NIC', error.format_message())
        # It still works there.
        self.assertEqual([path], self.service.asked())


def _free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]
