"""The driver's own branches; what they lead to is in e2e_libvirt_driver."""

import unittest
from unittest import mock

from lxml import etree

import nova.conf
from nova.compute import provider_tree
from nova import exception
from nova.virt.libvirt import config
from nova.virt.libvirt import driver as libvirt_driver
from nova.virt.mqnet import grants
from nova.virt.mqnet import libvirt_driver as mqnet_driver
from nova.virt.mqnet import plans
from nova.virt.mqnet import service

import scene

CONF = nova.conf.CONF

_GRANT = grants.Grant(granted=4, requested={'queues': 4, 'source': 'port'},
                      driver={'name': 'vhost', 'queues': 4})


class DriverTest(unittest.TestCase):

    def setUp(self):
        # Nova's constructor wants a libvirt.
        self.driver = mqnet_driver.LibvirtDriver.__new__(
            mqnet_driver.LibvirtDriver)
        self.driver._plans = mock.Mock(spec=plans.Plans)

    def set_option(self, name, value):
        CONF.set_override(name, value, group='mqnet')
        self.addCleanup(CONF.clear_override, name, group='mqnet')

    def max_unit(self, reported, wanted):
        tree = provider_tree.ProviderTree()
        tree.new_root('host1', scene.UUID)

        def update(_self, tree, nodename):
            tree.update_inventory(nodename, {
                'VCPU': {'total': 2, 'max_unit': reported},
                'MEMORY_MB': {'total': 512, 'max_unit': 512}})

        self.set_option('max_vcpus', wanted)
        with mock.patch.object(libvirt_driver.LibvirtDriver,
                               'update_provider_tree', update):
            self.driver.update_provider_tree(tree, 'host1')
        inventory = tree.data('host1').inventory
        self.assertEqual(512, inventory['MEMORY_MB']['max_unit'])
        self.assertEqual(2, inventory['VCPU']['total'])
        return inventory['VCPU']['max_unit']

    def test_the_largest_flavor_is_the_deployers_choice(self):
        self.assertEqual(16, self.max_unit(2, 16))
        self.assertEqual(32, self.max_unit(32, 16))
        self.assertEqual(2, self.max_unit(2, None))

    def test_a_host_without_shared_cpus_has_none(self):
        tree = provider_tree.ProviderTree()
        tree.new_root('host1', scene.UUID)
        self.set_option('max_vcpus', 16)
        with mock.patch.object(libvirt_driver.LibvirtDriver,
                               'update_provider_tree'):
            self.driver.update_provider_tree(tree, 'host1')
        self.assertEqual({}, tree.data('host1').inventory)

    def test_what_runs_is_known_from_libvirt(self):
        nics = [scene.vif(number) for number in range(1, 6)]
        instance = scene.instance(nics)
        grants.keep(instance, {
            'port-1': _GRANT, 'port-2': _GRANT, 'port-5': _GRANT})
        domain = etree.fromstring(
            '<domain><devices>%s</devices></domain>' % ''.join(
                '<interface><mac address="FA:16:3e:00:00:0%d"/>%s</interface>'
                % nic for nic in (
                    (1, '<driver name="vhost" queues="4"/>'),
                    (2, '<driver name="vhost" queues="3"/>'),
                    (3, ''))))
        self.assertEqual(
            {'port-1': _GRANT.as_kept(),
             'port-2': {'granted': 3},
             'port-3': {'granted': 1},
             # This one is being attached at the moment.
             'port-5': _GRANT.as_kept()},
            mqnet_driver._running(instance, domain, nics))

    def test_devices_of_the_host_are_named(self):
        nic = config.LibvirtConfigGuestInterface()
        nic.net_type, nic.source_dev = 'direct', 'eth7'
        vdpa = config.LibvirtConfigGuestInterface()
        vdpa.net_type, vdpa.source_dev = 'vdpa', '/dev/vhost-vdpa-0'
        other = config.LibvirtConfigGuestInterface()
        other.net_type, other.source_dev = 'vdpa', '/dev/vhost-vdpa-1'
        assigned = config.LibvirtConfigGuestHostdevPCI()
        vifs = [{'profile': {'pci_slot': '0000:0a:00.%d' % number}}
                for number in range(4)]
        self.assertEqual(
            {'pci_netdev_name': {'0000:0a:00.0': 'eth7'},
             'vdpa_device_path': {'0000:0a:00.1': '/dev/vhost-vdpa-0',
                                  '0000:0a:00.2': '/dev/vhost-vdpa-1'}},
            mqnet_driver._host_devices(
                zip(vifs, (nic, vdpa, other, assigned))))
        self.assertEqual(
            {}, mqnet_driver._host_devices([(vifs[0], assigned)]))
        self.assertEqual(
            {}, mqnet_driver._host_devices([({'profile': None}, nic)]))
        with mock.patch.object(mqnet_driver.pci, 'known') as known:
            known.return_value = {'0000:0a:00.1': {'vendor': '15b3:101e'}}
            self.assertEqual(
                {'pci_devices': known.return_value},
                mqnet_driver._host_devices(
                    [(vifs[0], assigned)], ['0000:0a:00.1']))
            known.assert_called_once_with(['0000:0a:00.1'])

    def test_the_service_may_still_be_starting(self):
        with mock.patch.object(libvirt_driver.LibvirtDriver, 'init_host'):
            self.set_option('service_restart_timeout', 7)
            self.driver.init_host('host1')
            self.driver._plans.await_service.assert_called_once_with(7)
            # What runs needs none.
            self.driver._plans.await_service.side_effect = (
                service.ServiceUnreachable(url='http://a', reason='gone'))
            with self.assertLogs('nova.virt.mqnet', 'WARNING') as logs:
                self.driver.init_host('host1')
            self.assertIn('cannot reach the queue service', logs.output[0])
            self.driver._plans.await_service.reset_mock()
            self.set_option('on_service_failure', 'upstream')
            self.driver.init_host('host1')
            self.driver._plans.await_service.assert_not_called()

    def test_a_resize_that_never_left_reverts_nothing(self):
        nics = [scene.vif(1)]
        instance = scene.instance(nics)
        grants.keep(instance, {'port-1': _GRANT})
        # As nova-compute does that was killed and starts again.
        with mock.patch.object(libvirt_driver.LibvirtDriver,
                               'finish_revert_migration'):
            self.driver.finish_revert_migration(
                None, instance, nics,
                mock.Mock(migration_type='resize', uuid='this'))
        self.assertEqual({'port-1': _GRANT}, grants.kept(instance))

    def migrate(self, instance):
        with mock.patch.object(
                libvirt_driver.LibvirtDriver,
                'check_can_live_migrate_destination') as check:
            self.driver.check_can_live_migrate_destination(
                instance._context, instance, 'source', 'here')
        return check

    def migrating(self):
        instance = scene.instance([scene.vif(1), scene.vif(2)])
        grants.keep(instance, {'port-1': _GRANT})
        return instance

    def test_a_destination_that_makes_the_same_is_novas_to_judge(self):
        instance = self.migrating()
        self.driver._plans.differences.return_value = []
        self.migrate(instance).assert_called_once_with(
            instance._context, instance, 'source', 'here')

    def test_one_that_does_not_is_refused_with_every_reason(self):
        self.driver._plans.differences.return_value = ['this', 'that']
        with self.assertRaises(exception.MigrationPreCheckError) as refused:
            self.migrate(self.migrating())
        self.assertEqual('Migration pre-check error: this; that',
                         refused.exception.format_message())

    def test_one_that_cannot_be_asked(self):
        self.driver._plans.differences.side_effect = (
            service.ServiceUnreachable(url='http://a', reason='gone'))
        with self.assertRaises(exception.MigrationPreCheckError) as refused:
            self.migrate(self.migrating())
        self.assertIn('cannot reach the queue service at http://a: gone',
                      refused.exception.format_message())
        self.set_option('on_service_failure', 'upstream')
        self.migrate(self.migrating()).assert_called_once()

    def test_nothing_to_compare_is_nothing_to_ask(self):
        self.migrate(scene.instance([scene.vif(1)])).assert_called_once()
        self.driver._plans.differences.assert_not_called()

    def test_a_device_of_the_other_host_has_no_name_yet(self):
        instance = scene.instance([
            scene.vif(1, profile={'pci_slot': '0000:0a:00.1'})])
        grants.keep(instance, {'port-1': _GRANT})
        self.migrate(instance).assert_called_once()
        self.driver._plans.differences.assert_not_called()


class PlansTest(unittest.TestCase):

    def setUp(self):
        self.service = mock.Mock(spec=service.Service, url='http://a')
        self.plans = plans.Plans(self.service)

    def test_a_plan(self):
        nics = [scene.vif(1), scene.vif(2, 'ovs', 'vdpa'), scene.vif(3)]
        instance = scene.instance(nics)
        answer = {'queues': 4, 'source': 'tag'}
        self.service.call.return_value = {
            'nics': [
                {'id': 'port-1', 'granted': 4, 'requested': answer,
                 'driver': {'name': 'vhost', 'queues': 4}},
                {'id': 'port-2', 'granted': 4, 'requested': answer,
                 'driver': {'queues': 4}},
                {'id': 'port-3', 'granted': None, 'requested': answer,
                 'driver': None}],
            'warnings': ['watch out']}
        with mock.patch('nova.virt.mqnet.asks.nic_tags',
                        return_value={'port-1': 'queues=4'}), \
                self.assertLogs('nova.virt.mqnet.plans') as logs:
            granted = self.plans.of_guest(
                instance, nics, scene.image_meta(), {'disk': 1},
                {'vdpa_device_path': {'0000:0a:00.1': '/dev/vhost-vdpa-0'}},
                {'port-1': {'granted': 2}})
        # A device that is handed over has none, vDPA none that Nova could
        # write down.
        self.assertEqual(
            {'port-1': grants.Grant(4, answer,
                                    {'name': 'vhost', 'queues': 4})}, granted)
        self.assertIn('watch out', logs.output[0])
        (method, path, request), more = self.service.call.call_args
        self.assertEqual(('POST', '/v1/plans', {'idempotent': True}),
                         (method, path, more))
        self.assertEqual('warn', request['conflict'])
        self.assertEqual({'0000:0a:00.1': '/dev/vhost-vdpa-0'},
                         request['host']['vdpa_device_path'])
        self.assertEqual(('queues=4', 2), (request['nics'][0]['tag'],
                                           request['nics'][0]['granted']))

    def test_waiting_for_somebody_who_answers(self):
        away = service.ServiceUnreachable(url='http://a', reason='gone')
        self.service.call.side_effect = [
            away, service.ServiceRefused(502, 'a proxy'),
            service.ServiceRefused(405, 'POST only')]
        with mock.patch('time.sleep') as sleep:
            self.plans.await_service(60)
            self.assertEqual(2, sleep.call_count)
            self.service.call.side_effect = away
            with self.assertRaises(service.ServiceUnreachable):
                self.plans.await_service(0)
            self.assertEqual(2, sleep.call_count)

    def test_a_service_that_fails_did_not_refuse(self):
        self.service.call.side_effect = service.ServiceRefused(
            500, 'something broke')
        with self.assertRaises(service.ServiceUnreachable) as failed:
            self.plans._ask('/v1/plans', {})
        self.assertIn('something broke', failed.exception.format_message())
        self.service.call.side_effect = service.ServiceRefused(409, 'no')
        with self.assertRaises(service.ServiceRefused):
            self.plans._ask('/v1/plans', {})

    def test_what_runs_is_compared_with_the_wish_of_then(self):
        nics = [scene.vif(1, profile={'queues': '9', 'other': 'kept'}),
                scene.vif(2, profile={'queues': 'nonsense'}), scene.vif(3)]
        instance = scene.instance(nics, os_distro='debian')
        flavor = grants.Grant(
            granted=2, requested={'queues': 4, 'source': 'flavor'},
            driver=None)
        self.service.call.return_value = {'possible': False, 'reasons': [
            {'message': 'NIC port-1 has 4 queues and would have 2'}]}
        self.assertEqual(
            ['NIC port-1 has 4 queues and would have 2'],
            self.plans.differences(
                instance, nics, {'port-1': _GRANT, 'port-2': flavor}))
        (method, path, question), _ = self.service.call.call_args
        self.assertEqual(('POST', '/v1/plans/check'), (method, path))
        self.assertEqual(
            [{'granted': 4, 'driver': {'name': 'vhost', 'queues': 4}},
             {'granted': 2, 'driver': None}],
            question['plan']['nics'])
        self.assertNotIn('host', question)
        asked = question['request']['nics']
        self.assertEqual(
            [(4, {'other': 'kept'}), (None, {})],
            [(nic.get('queues'), nic['vif']['profile']) for nic in asked])
