"""Nova's API, scheduler, conductor and compute manager over mqnet.RestDriver.

All of Nova in one process, by its own functional tests' base: a database and
a message bus of its own, no Neutron and no Glance. The service keeps to the
contract, but its guests are of paper.
"""

from nova import monkey_patch  # noqa: F401  must be the first: eventlet

import base64
import os
from unittest import mock

from nova.compute import task_states
import nova.conf
from nova import context
from nova import objects
from nova.tests.functional.api import client
from nova.tests.functional import integrated_helpers
from nova.virt.libvirt import vif
from nova.virt.mqnet import conf

import fake_service

IMAGE = 'a1e7c0de-0000-4000-8000-000000000001'
OTHER_IMAGE = 'a1e7c0de-0000-4000-8000-000000000002'


class NovaOverRest(integrated_helpers._IntegratedTestBase,
                   integrated_helpers.InstanceHelperMixin):
    """Nova on a host whose service is at :meth:`service_url`."""

    ADMIN_API = True
    microversion = 'latest'

    def setUp(self):
        # Plugging needs privileges, and a switch.
        for name in ('plug', 'unplug'):
            self.patch(vif.LibvirtGenericVIFDriver, name,
                       lambda driver, instance, vif: None)
        super().setUp()

    def patch(self, where, name, instead):
        patcher = mock.patch.object(where, name, instead)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _setup_services(self):
        # Nova's tests may not look at the machine that they run on.
        self.patch(os, 'uname', lambda: mock.Mock(machine='x86_64'))
        conf.register_opts(nova.conf.CONF)
        self.flags(service_url=self.service_url(), group='mqnet')
        self.flags(api_paste_config=os.path.join(
            os.path.dirname(__file__), 'api-paste.ini'), group='wsgi')
        self.flags(compute_driver='mqnet.RestDriver')
        for image, name in ((IMAGE, 'one'), (OTHER_IMAGE, 'two')):
            self.glance.create(None, self.image(image, name))
        super()._setup_services()

    def image(self, image, name):
        return {
            'id': image, 'name': name, 'status': 'active', 'size': 1 << 20,
            'disk_format': 'raw', 'container_format': 'bare', 'min_ram': 0,
            'min_disk': 0, 'checksum': 'abc', 'os_hash_algo': 'sha512',
            'os_hash_value': 'd15c', 'visibility': 'public',
            'properties': {}, 'created_at': None, 'updated_at': None,
            'deleted': False, 'deleted_at': None, 'tags': []}

    def boot(self, status='ACTIVE', networks='none', flavor=None, **more):
        server = self._build_server(
            image_uuid=IMAGE, networks=networks,
            flavor_id=flavor or self.flavor())
        server.update(more)
        created = self.api.post_server({'server': server})
        return self._wait_for_state_change(created, status)

    def flavor(self, vcpus=4):
        return self._create_flavor(
            vcpu=vcpus, memory_mb=256, disk=1, ephemeral=0)

    def act(self, server, status, **action):
        self.api.post_server_action(server['id'], action)
        return self._wait_for_state_change(server, status)

    def two_nics(self):
        """One whose administrator, and one whose user asks for queues."""
        port = self.neutron.create_port(
            {'port': {'network_id': self.neutron.network_1['id']}})['port']
        self.neutron._ports[port['id']]['binding:profile'] = {'queues': '4'}
        return [{'port': port['id']},
                {'uuid': self.neutron.network_1['id'], 'tag': 'queues=2'}]


class RestBootsTest(NovaOverRest):

    def setUp(self):
        self.service = fake_service.FakeService()
        self.addCleanup(self.service.close)
        super().setUp()

    def service_url(self):
        return self.service.url

    def power(self):
        instance, = self.service.instances.values()
        return instance['power_state']

    def test_a_life(self):
        server = self.boot(networks=self.two_nics())
        request = self.service.body('PUT …')['request']
        self.assertEqual(
            [({'queues': '4'}, None), ({}, 'queues=2')],
            [(nic['vif'].get('profile', {}), nic.get('tag'))
             for nic in request['nics']])
        self.assertEqual(server['OS-EXT-SRV-ATTR:instance_name'],
                         self.service.body('PUT …')['domain'])
        for status, power, action in (
                ('PAUSED', 'paused', {'pause': None}),
                ('ACTIVE', 'running', {'unpause': None}),
                ('SUSPENDED', 'suspended', {'suspend': None}),
                ('ACTIVE', 'running', {'resume': None}),
                ('SHUTOFF', 'shutdown', {'os-stop': None}),
                ('ACTIVE', 'running', {'os-start': None}),
                ('RESCUE', 'running', {'rescue': {
                    'rescue_image_ref': OTHER_IMAGE}}),
                ('ACTIVE', 'running', {'unrescue': None}),
                ('ACTIVE', 'running', {'reboot': {'type': 'SOFT'}}),
                ('ACTIVE', 'running', {'reboot': {'type': 'HARD'}})):
            self.act(server, status, **action)
            self.assertEqual(power, self.power())
        nics = self.service.body('POST …/reboot')['nics']
        self.assertEqual([None, 'queues=2'],
                         [nic.get('tag') for nic in nics])
        self.assertIn('vom Gast', self.api.api_post(
            '/servers/%s/action' % server['id'],
            {'os-getConsoleOutput': {}}).body['output'])
        self.assertEqual(70, self.api.api_get(
            '/servers/%s/diagnostics' % server['id']
        ).body['nic_details'][0]['rx_octets'])
        self._delete_server(server)
        self.assertEqual({}, self.service.instances)

    def test_nics_come_and_go(self):
        server = self.boot()
        port = self.api.attach_interface(server['id'], {
            'interfaceAttachment': {
                'net_id': self.neutron.network_1['id'],
                'tag': 'queues=3'}}).body['interfaceAttachment']['port_id']
        self.assertEqual(
            'queues=3', self.service.body('PUT …/nics/' + port)['tag'])
        self._detach_interface(server, port)
        instance, = self.service.instances.values()
        self.assertEqual([], instance['nics'])

    def test_a_guest_that_keeps_its_nic_keeps_its_port(self):
        server = self.boot(networks=self.two_nics())
        port = self.api.get_port_interfaces(server['id'])[0]['port_id']
        self.service.faults = {
            'DELETE …/nics/' + port: 'the guest keeps its NIC'}
        # Here Nova's casts are calls; else the user reads it in the events.
        self.assertRaises(client.OpenStackApiException,
                          self.api.detach_interface, server['id'], port)
        self.assertIn(port, [nic['port_id'] for nic in
                             self.api.get_port_interfaces(server['id'])])

    def test_delete_in_every_state(self):
        for action, status in ((None, 'ACTIVE'), ('pause', 'PAUSED'),
                               ('suspend', 'SUSPENDED'),
                               ('os-stop', 'SHUTOFF')):
            server = self.boot()
            if action:
                self.act(server, status, **{action: None})
            self._delete_server(server)
            self.assertEqual({}, self.service.instances)

    def test_rebuild_also_of_one_that_is_off(self):
        server = self.boot(networks=self.two_nics())
        for status in ('ACTIVE', 'SHUTOFF'):
            self.service.forget()
            self._rebuild_server(server, OTHER_IMAGE, status)
            self.assertEqual(
                OTHER_IMAGE, self.service.body('PUT …')['image']['disk']['id'])
            self.assertEqual({'ACTIVE': 'running',
                              'SHUTOFF': 'shutdown'}[status], self.power())
            if status == 'ACTIVE':
                self.act(server, 'SHUTOFF', **{'os-stop': None})

    def test_user_data_and_password_are_on_the_config_drive(self):
        user_data = base64.b64encode(b'#!/bin/true').decode()
        server = self.boot(config_drive=True, user_data=user_data,
                           adminPass='s3cret', networks=self.two_nics())
        files = {path: base64.b64decode(file['content'])
                 for file in self.service.body('PUT …/config-drive')['files']
                 for path in file['paths']}
        self.assertEqual(b'#!/bin/true', files['openstack/latest/user_data'])
        metadata = files['openstack/latest/meta_data.json'].decode()
        self.assertIn('s3cret', metadata)
        self.assertIn('"address": "0000:02:00.0"', metadata)
        self.assertEqual('True', server['config_drive'])

    def test_the_user_reads_why_it_was_refused(self):
        for where in ({'refusals': {'PUT …': (409, 'no vectors are left')}},
                      {'faults': {'PUT …': 'no vectors are left'}}):
            self.service.refusals = where.get('refusals', {})
            self.service.faults = where.get('faults', {})
            server = self.boot('ERROR')
            self.assertEqual(
                'Build of instance %s aborted: no vectors are left'
                % server['id'], server['fault']['message'])
            self.assertEqual({}, self.service.instances)
            self._delete_server(server)

    def test_the_user_reads_that_the_service_is_away(self):
        self.service.close()
        server = self.boot('ERROR')
        self.assertIn(self.service.url, server['fault']['message'])
        self.service.open()
        self._delete_server(server)

    def test_many_at_once(self):
        server = self._build_server(
            image_uuid=IMAGE, networks='none',
            flavor_id=self.flavor(1))
        server.update(min_count=3, max_count=3)
        self.api.post_server({'server': server})
        for one in self.api.get_servers():
            self._wait_for_state_change(one, 'ACTIVE')
        self.assertEqual(3, len(self.service.instances))

    def test_nova_compute_restarts_and_the_host_had_been_off(self):
        self.flags(resume_guests_state_on_host_boot=True)
        server = self.boot(networks=self.two_nics())
        self.service.instances[server['id']].update(
            power_state='shutdown', status='SHUTOFF')
        self.restart_compute_service(self.compute)
        self.assertEqual('running', self.power())
        self._wait_for_state_change(server, 'ACTIVE')

    def test_a_guest_that_cannot_be_killed_does_not_keep_its_host_down(
            self):
        self.flags(delete_timeout=0.1, group='mqnet')
        self.service.undying = True
        server = self.boot(networks=self.two_nics())
        # Here Nova's casts are calls.
        self.assertRaises(client.OpenStackApiException,
                          self.api.delete_server, server['id'])
        server = self._wait_for_state_change(server, 'ERROR')
        self.assertIn('delete_timeout', server['fault']['message'])
        instance = objects.Instance.get_by_uuid(
            context.get_admin_context(), server['id'])
        instance.task_state = task_states.DELETING
        instance.save()
        self.restart_compute_service(self.compute)
        self._wait_for_state_change(server, 'ERROR')
        self.service.undying = False
        self.restart_compute_service(self.compute)
        self._wait_until_deleted(server)
        self.assertEqual({}, self.service.instances)

    def test_a_flavor_with_numa_nodes(self):
        flavor = self._create_flavor(
            vcpu=2, memory_mb=256, disk=1, ephemeral=0,
            extra_spec={'hw:numa_nodes': '1'})
        server = self.boot('ERROR', flavor=flavor)
        self.assertIn('this host has no NUMA nodes',
                      server['fault']['message'])
        self._delete_server(server)

    def test_a_larger_flavor_than_the_host(self):
        flavor = self.flavor(16)
        self.flags(cpu_allocation_ratio=8.0)
        self._delete_server(self.boot('ERROR', flavor=flavor))
        self.flags(max_vcpus=16, group='mqnet')
        self._run_periodics()
        self.boot(flavor=flavor)

    def test_no_volumes(self):
        self.assertRaises(
            client.OpenStackApiException, self.api.post_server_volume,
            self.boot()['id'], {'volumeAttachment': {
                'volumeId': self.cinder.IMAGE_BACKED_VOL}})
