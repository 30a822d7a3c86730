"""Requests, out of Nova's objects."""

import unittest
from unittest import mock

from oslo_serialization import jsonutils

import nova.conf
from nova import objects
from nova.virt.mqnet import asks

import scene

CONF = nova.conf.CONF


class AsksTest(unittest.TestCase):

    def setUp(self):
        self.addCleanup(CONF.reset)

    def set_libvirt(self, **options):
        for name, value in options.items():
            CONF.set_override(name, value, group='libvirt')
            self.addCleanup(CONF.clear_override, name, group='libvirt')

    def request(self, *vifs, tags=None, **more):
        instance = scene.instance(
            vifs, extra_specs={'mq:strict': 'true'}, os_distro='debian')
        return asks.plan_request(
            instance, vifs, scene.image_meta(os_distro='debian'),
            instance.flavor, 'kvm', tags or {}, **more)

    def test_the_whole(self):
        self.set_libvirt(max_queues=8, rx_queue_size=512)
        request = self.request(
            scene.vif(1, profile={'queues': '4', 'capabilities': ['a']}),
            scene.vif(2), tags={'port-2': 'queues=2', 'port-9': 'else'},
            machine='q35', devices={'rng': 1, 'disk': 2, 'pci': 1},
            pci_slots=['0000:0b:00.1'], running=True, conflict='warn',
            grants={'port-1': {'granted': 4, 'granted_for': {
                'queues': 4, 'source': 'port'}}})
        release = request['host'].pop('kernel_release')
        self.assertRegex(release, r'^[0-9]+\.')
        self.assertEqual({
            'instance': {'uuid': scene.UUID, 'name': 'instance-00000007'},
            'flavor': {'name': 'm1.mq', 'vcpus': 4, 'memory_mb': 512,
                       'extra_specs': {'mq:strict': 'true'}},
            'image': {'properties': {'os_distro': 'debian'}},
            'virt_type': 'kvm',
            'machine': 'q35',
            'nics': [
                {'vif': {'id': 'port-1', 'address': 'fa:16:3e:00:00:01',
                         'type': 'bridge', 'vnic_type': 'normal',
                         'devname': 'tap1', 'details': {},
                         'profile': {'queues': '4', 'capabilities': ['a']},
                         'delegate_create': False,
                         'network': {'id': 'net-1', 'bridge': 'br1', 'meta': {
                             'mtu': 1450, 'interface': None}}},
                 'granted': 4,
                 'granted_for': {'queues': 4, 'source': 'port'}},
                {'vif': {'id': 'port-2', 'address': 'fa:16:3e:00:00:02',
                         'type': 'bridge', 'vnic_type': 'normal',
                         'devname': 'tap2', 'details': {}, 'profile': {},
                         'delegate_create': False,
                         'network': {'id': 'net-2', 'bridge': 'br2', 'meta': {
                             'mtu': 1450, 'interface': None}}},
                 'tag': 'queues=2'}],
            'devices': [{'type': 'disk', 'count': 2},
                        {'type': 'pci', 'count': 1,
                         'pci_slots': ['0000:0b:00.1']},
                        {'type': 'rng', 'count': 1}],
            'running': True,
            'conflict': 'warn',
            'host': {'use_virtio_for_bridges': True, 'max_queues': 8,
                     'rx_queue_size': 512},
        }, jsonutils.loads(jsonutils.dumps(request)))

    def test_what_is_not_known_is_left_out(self):
        request = self.request(scene.vif(1))
        self.assertEqual(
            {'instance', 'flavor', 'image', 'virt_type', 'nics', 'host'},
            set(request))
        self.assertEqual({'kernel_release', 'use_virtio_for_bridges'},
                         set(request['host']))

    def test_no_address_leaves_nova(self):
        self.assertNotIn('10.0.0.1', jsonutils.dumps(
            self.request(scene.vif(1))))

    def test_image_properties_that_nova_does_not_know_are_there(self):
        instance = scene.instance(
            hw_msi_vector_budget='300', os_version='12',
            hw_vif_multiqueue_enabled='no', base_image_ref='an-image')
        meta = scene.image_meta(
            hw_vif_multiqueue_enabled='yes', hw_machine_type='q35',
            hw_numa_nodes='1', hw_numa_cpus_0='0,1')
        properties = asks.image_properties(instance, meta)
        self.assertEqual(
            {'hw_msi_vector_budget': '300', 'os_version': '12',
             'base_image_ref': 'an-image', 'hw_machine_type': 'q35',
             'hw_numa_nodes': 1,
             # Nova's reading of the image at hand goes first.
             'hw_vif_multiqueue_enabled': True},
            properties)

    def test_tags_are_one_question(self):
        instance = scene.instance()
        vifs = objects.VirtualInterfaceList(objects=[
            objects.VirtualInterface(uuid='port-1', tag='queues=2'),
            objects.VirtualInterface(uuid='port-2', tag=None),
            objects.VirtualInterface(uuid='port-3')])
        with mock.patch.object(objects.VirtualInterfaceList,
                               'get_by_instance_uuid',
                               return_value=vifs) as get:
            self.assertEqual({'port-1': 'queues=2'}, asks.nic_tags(instance))
        get.assert_called_once_with(instance._context, scene.UUID)
