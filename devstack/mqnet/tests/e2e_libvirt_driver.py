"""Through Nova's own API, conductor, scheduler and compute manager.

All of Nova is real but for its neighbours: a database in memory, messages
inside the process, and Nova's own fakes of libvirt, Neutron and Glance. The
service is the real one.
"""

# First of all imports: it makes Nova's threads green.
from nova import monkey_patch  # noqa: F401

import copy
import os
import time
from unittest import mock

from lxml import etree
from nova.compute import power_state
from nova import context
from nova import objects
from nova.tests.functional.api import client
from nova.tests.functional.libvirt import base
from nova.virt.libvirt import guest as libvirt_guest
import oslo_messaging

import queue_service

_PASTE = os.path.join(os.path.dirname(__file__), 'api-paste.ini')

_service = queue_service.QueueService()


def setUpModule():
    _service.start()


def tearDownModule():
    _service.close()


class QueuesTest(base.LibvirtMigrationMixin, base.ServersTestBase):
    api_major_version = 'v2.1'
    microversion = 'latest'
    ADMIN_API = True

    VCPUS = 4

    def setUp(self):
        self.flags(api_paste_config=_PASTE, group='wsgi')
        super().setUp()
        from nova.virt import mqnet
        self.assertNotIn('dist-packages', mqnet.__file__)
        self.domains = []
        self.attached = []
        self.asked = []
        self.planned = []
        self._spy_attach()
        self._remember_drivers()

    def _setup_compute_service(self):
        # The option is registered by the driver's module.
        from nova.virt.mqnet import libvirt_driver  # noqa: F401
        self.flags(compute_driver='mqnet.LibvirtDriver')
        self.flags(service_url=_service.url, group='mqnet')
        self.flags(virt_type='qemu', group='libvirt')

    def start(self, hostname='compute1'):
        self.start_compute(hostname)
        driver = self.computes[hostname].driver
        self.assertEqual('nova.virt.mqnet.libvirt_driver',
                         type(driver).__module__)
        self._spy(driver, '_get_guest_xml', self.domains)
        self._spy(driver._plans, '_post', self.asked, argument=0)
        self._spy(driver._plans, '_post', self.planned, argument=1)
        return driver

    def _spy(self, target, name, seen, argument=None):
        """fakelibvirt forgets driver elements, so Nova's XML is looked at."""
        real = getattr(target, name)

        def call(*args, **kwargs):
            if argument is not None:
                seen.append(args[argument])
            result = real(*args, **kwargs)
            if argument is None:
                seen.append(result)
            return result

        setattr(target, name, call)

    def _spy_attach(self):
        real = libvirt_guest.Guest.attach_device

        def attach(guest, conf, *args, **kwargs):
            self.attached.append(etree.fromstring(conf.to_xml()))
            return real(guest, conf, *args, **kwargs)

        patch = mock.patch.object(libvirt_guest.Guest, 'attach_device', attach)
        patch.start()
        self.addCleanup(patch.stop)

    def _remember_drivers(self):
        """And libvirt would show what it was given."""
        real = libvirt_guest.Guest.get_xml_desc

        def get_xml_desc(guest, *args, **kwargs):
            domain = etree.fromstring(real(guest, *args, **kwargs))
            built = self.attached + [
                nic for xml in self.domains
                for nic in etree.fromstring(xml).findall('devices/interface')]
            driver_of = {_mac(nic): nic.find('driver') for nic in built}
            for nic in domain.findall('devices/interface'):
                driver = driver_of.get(_mac(nic))
                if driver is not None:
                    nic.append(copy.deepcopy(driver))
            return etree.tostring(domain, encoding='unicode')

        patch = mock.patch.object(
            libvirt_guest.Guest, 'get_xml_desc', get_xml_desc)
        patch.start()
        self.addCleanup(patch.stop)

    def port(self, queues=None, **more):
        """A port, whose profile an administrator has set from a shell."""
        port = copy.deepcopy(self.neutron.port_2)
        port = self.neutron.create_port({'port': port})['port']
        stored = self.neutron._ports[port['id']]
        stored.update(more)
        self.set_profile(port['id'], queues)
        return port['id']

    def set_profile(self, port_id, queues):
        profile = {} if queues is None else {'queues': queues}
        self.neutron._ports[port_id]['binding:profile'] = profile
        for binding in self.neutron._port_bindings[port_id].values():
            binding['profile'] = profile

    def boot(self, *networks, expected='ACTIVE', **extra_specs):
        specs = {key.replace('_', ':', 1): value
                 for key, value in extra_specs.items()}
        flavor = self._create_flavor(
            vcpu=self.VCPUS, memory_mb=512, disk=1, ephemeral=0,
            extra_spec=specs)
        server = self._build_server(
            flavor_id=flavor, networks=list(networks))
        server = self.api.post_server({'server': server})
        return self._wait_for_state_change(server, expected)

    def attach(self, server, tag):
        answer = self.api.attach_interface(server['id'], {
            'interfaceAttachment': {
                'net_id': self.neutron.network_1['id'], 'tag': tag}})
        return answer.body['interfaceAttachment']['port_id']

    def queues(self):
        """What the last domain has, NIC by NIC: driver's name and queues."""
        domain = etree.fromstring(self.domains[-1])
        return [_driver(nic) for nic in domain.findall('devices/interface')]

    def instance(self, server):
        return objects.Instance.get_by_uuid(
            context.get_admin_context(), server['id'],
            expected_attrs=['system_metadata'])

    def granted(self, server):
        from nova.virt.mqnet import grants
        return {port: grant.granted for port, grant
                in grants.kept(self.instance(server)).items()}

    def fault(self, server):
        return self.api.get_server(server['id'])['fault']['message']

    def last_fault(self, server):
        """Of one that is not in ERROR too, where the API shows none."""
        return objects.InstanceFault.get_latest_for_instance(
            context.get_admin_context(), server['id'])

    def network(self, tag=None):
        network = {'uuid': self.neutron.network_1['id']}
        return dict(network, tag=tag) if tag else network

    def test_the_life_of_an_instance(self):
        self.flags(virt_type='kvm', group='libvirt')
        self.start()
        profiled = self.port('4')
        server = self.boot(self.network('queues=2'), {'port': profiled})
        self.assertEqual([('vhost', '2'), ('vhost', '4')], self.queues())
        # One question for both, with what Nova built beside them.
        self.assertEqual(['/v1/plans'], self.asked)
        self.assertIn({'type': 'disk', 'count': 1},
                      self.planned[0]['devices'])

        # A NIC that comes later, with a wish of its own.
        late = self.attach(server, 'queues=3')
        self.assertEqual([('vhost', '3')], [_driver(n) for n in self.attached])
        self.assertTrue(self.planned[1]['running'])
        self.assertEqual(
            [2, 4, None],
            [nic.get('granted') for nic in self.planned[1]['nics']])
        self.assertEqual({2, 4, 3}, set(self.granted(server).values()))

        # Fewer are wished by now. What runs, and what is only rebooted, keeps
        # what it has.
        self._reboot_server(server)
        self.assertEqual(2, len(self.asked))
        self._reboot_server(server, hard=True)
        # Once before the guest is ended, and once with its devices.
        self.assertEqual(4, len(self.asked))
        self.assertEqual([('vhost', '2'), ('vhost', '4'), ('vhost', '3')],
                         self.queues())

        # A rescue asks nobody and changes nothing.
        self.api.post_server_action(server['id'], {'rescue': {}})
        server = self._wait_for_state_change(server, 'RESCUE')
        self.assertEqual(4, len(self.asked))
        self.assertEqual([('vhost', '2'), ('vhost', '4'), ('vhost', '3')],
                         self.queues())
        self.assertEqual({2, 4, 3}, set(self.granted(server).values()))
        with mock.patch('nova.virt.libvirt.utils.load_file',
                        return_value=self.domains[-1]), \
                mock.patch('os.unlink'):
            self.api.post_server_action(server['id'], {'unrescue': None})
            server = self._wait_for_state_change(server, 'ACTIVE')

        # An administrator changes one wish.
        self.set_profile(profiled, '3')
        self._reboot_server(server, hard=True)
        self.assertEqual([('vhost', '2'), ('vhost', '3'), ('vhost', '3')],
                         self.queues())

        # A detach asks nobody either, and its grant goes.
        before = len(self.asked)
        self._detach_interface(server, late)
        self._wait_for(lambda: late not in self.granted(server))
        self.assertEqual(before, len(self.asked))
        self.assertEqual({2, 3}, set(self.granted(server).values()))
        self._delete_server(server)
        self.assertEqual(before, len(self.asked))

    def _wait_for(self, condition):
        for _ in range(50):
            if condition():
                return
            time.sleep(0.1)
        self.fail('it did not happen within 5 s')

    def test_a_resize_plans_anew_and_its_revert_does_not(self):
        self.start('host1')
        self.start('host2')
        server = self.boot(
            self.network('throughput=high'), self.network('queues=2'))
        self.assertEqual([('qemu', '4'), ('qemu', '2')], self.queues())
        before = self.granted(server)
        bigger = self._create_flavor(vcpu=6, memory_mb=512, disk=1)
        with mock.patch(
                'nova.virt.libvirt.driver.LibvirtDriver'
                '.migrate_disk_and_power_off', return_value='{}'):
            self._resize_server(server, bigger)
            self.assertEqual([('qemu', '6'), ('qemu', '2')], self.queues())
            self._revert_resize(server)
            self.assertEqual([('qemu', '4'), ('qemu', '2')], self.queues())
            self.assertEqual(before, self.granted(server))
            self._resize_server(server, bigger)
            self._confirm_resize(server)
        self.assertEqual({6, 2}, set(self.granted(server).values()))
        self.assert_only_kept(server, self.granted(server))

    def test_a_lower_budget_keeps_queues_until_a_resize(self):
        """An upgrade that knows fewer vectors for a guest than before."""
        self.start('host1')
        self.start('host2')
        server = self.boot(
            self.network('queues=4'), self.network('queues=4'))
        before = self.granted(server)
        self.assertEqual([('qemu', '4'), ('qemu', '4')], self.queues())
        lower = queue_service.QueueService('msi_vector_budget: 30')
        self.addCleanup(lower.close)
        lower.start()
        from nova.virt.mqnet import service
        for compute in self.computes.values():
            compute.driver._plans._service = service.Service(lower.url, 30)
        self._reboot_server(server, hard=True)
        self.assertEqual([('qemu', '4'), ('qemu', '4')], self.queues())
        self.assertEqual(before, self.granted(server))
        log = self.stdlog.logger.output
        self.assertIn('of msi_vectors, 30 are there', log)
        self.assertIn('a resize, or "queues set" with fewer queues', log)

        other = self._create_flavor(vcpu=self.VCPUS, memory_mb=640, disk=1)
        with mock.patch(
                'nova.virt.libvirt.driver.LibvirtDriver'
                '.migrate_disk_and_power_off', return_value='{}'):
            self._resize_server(server, other)
            self._confirm_resize(server)
        after = list(self.granted(server).values())
        self.assertLess(sum(after), sum(before.values()))
        self.assertGreaterEqual(min(after), 1)

    def test_a_resize_that_fails_changes_no_grant(self):
        self.start('host1')
        self.start('host2')
        server = self.boot(self.network('throughput=high'))
        before = self.granted(server)
        bigger = self._create_flavor(vcpu=6, memory_mb=512, disk=1)
        driver = 'nova.virt.libvirt.driver.LibvirtDriver.'
        with mock.patch(driver + 'migrate_disk_and_power_off',
                        return_value='{}'), \
                mock.patch(driver + '_create_guest_with_network',
                           side_effect=ValueError('no guest')):
            # Nova's casts are calls here.
            self.assertRaises(
                client.OpenStackApiException, self.api.post_server_action,
                server['id'], {'resize': {'flavorRef': bigger}})
        self._wait_for_state_change(server, 'ERROR')
        self.assertEqual([('qemu', '6')], self.queues())
        self.assert_only_kept(server, before)

    def test_a_migration_that_is_reverted_brings_back_what_it_cut(self):
        self.start('host1')
        self.start('host2')
        server = self.boot(self.network('queues=4'))
        before = self.granted(server)
        with mock.patch(
                'nova.virt.libvirt.driver.LibvirtDriver'
                '.migrate_disk_and_power_off', return_value='{}'):
            # Of the destination, in which the source differs.
            self.flags(max_queues=2, group='libvirt')
            self.api.post_server_action(server['id'], {'migrate': None})
            self._wait_for_state_change(server, 'VERIFY_RESIZE')
            self.assertEqual([('qemu', '2')], self.queues())
            self.flags(max_queues=None, group='libvirt')
            self._revert_resize(server)
        self.assertEqual([('qemu', '4')], self.queues())
        self.assert_only_kept(server, before)

    def assert_only_kept(self, server, grants):
        self.assertEqual(grants, self.granted(server))
        self.assertEqual(
            [], [key for key in self.instance(server).system_metadata
                 if 'former' in key])

    def test_a_tap_that_nova_makes_follows_the_grant(self):
        self.start()
        port = self.port(**{'binding:vif_type': 'tap'})
        with mock.patch('nova.privsep.linux_net.create_tap_dev') as create, \
                mock.patch('nova.privsep.linux_net.delete_net_dev'), \
                mock.patch('nova.privsep.linux_net.set_device_mtu'), \
                mock.patch('nova.virt.mqnet.taps._read', return_value=None):
            server = self.boot({'port': port})
            self.assertEqual([('qemu', None)], self.queues())
            for wish, driver in (('4', ('qemu', '4')), ('1', ('qemu', None))):
                self.set_profile(port, wish)
                self._reboot_server(server, hard=True)
                self.assertEqual([driver], self.queues())
        self.assertEqual(
            # Each is made, and then taken by Nova as it is.
            [False, True, False],
            [call.kwargs['multiqueue']
             for call in create.call_args_list[::2]])

    def test_a_refusal_reaches_the_user_and_nobody_else_tries(self):
        self.start('host1')
        self.start('host2')
        server = self.boot(
            self.network('queues=6'), expected='ERROR', mq_strict='true')
        self.assertRegex(
            self.fault(server),
            'aborted: cannot give NIC .* the 6 queues that it asks for: '
            '4 fit, vcpus is 4')
        self.assertEqual(1, len(self.asked))

        # What asks for nothing impossible is not in its way.
        server = self.boot(self.network('queues=4'), mq_strict='true')
        refused = self.assertRaises(
            client.OpenStackApiException, self.attach, server, 'queues=5')
        self.assertEqual(500, refused.response.status_code)
        self.assertIn('the 5 queues that it asks for',
                      self.stdlog.logger.output)
        self.assertEqual([], self.attached)
        self.assertEqual([4], list(self.granted(server).values()))

    def test_a_refused_hard_reboot_leaves_the_guest_running(self):
        self.start()
        port = self.port('2')
        server = self.boot({'port': port})
        self.set_profile(port, 'abc')
        self._reboot_server(server, hard=True)
        self.assertEqual(1, len(self.domains))
        self.assertEqual('ACTIVE', self.api.get_server(server['id'])['status'])
        self.assertIn('abc', self.last_fault(server).message)
        self.set_profile(port, '3')
        self._reboot_server(server, hard=True)
        self.assertEqual([('qemu', '3')], self.queues())

    def test_guests_that_the_host_starts_wait_for_the_service(self):
        from nova.virt.mqnet import service
        self.start()
        server = self.boot(self.network('queues=2'))
        self.computes['compute1'].driver._host.get_guest(
            self.instance(server)).poweroff()
        self.flags(resume_guests_state_on_host_boot=True)
        call = service.Service.call
        tries = []

        def start_slowly(*args, **kwargs):
            tries.append(args)
            if len(tries) <= 3:
                raise service.ServiceUnreachable(
                    url=_service.url, reason='still starting')
            return call(*args, **kwargs)

        with mock.patch.object(service.Service, 'call', start_slowly):
            self.restart_compute_service('compute1')
        self.assertEqual('ACTIVE', self.api.get_server(server['id'])['status'])
        guest = self.computes['compute1'].driver._host.get_guest(
            self.instance(server))
        self.assertEqual(
            power_state.RUNNING,
            guest.get_power_state(self.computes['compute1'].driver._host))

    def test_an_outage_leaves_no_port_bound(self):
        self.start()
        server = self.boot(self.network('queues=2'))
        late = self.attach(server, 'queues=3')
        lost = mock.patch('nova.virt.mqnet.grants.refresh',
                          side_effect=oslo_messaging.MessagingTimeout('lost'))
        ports = set(self.neutron._ports)
        with lost:
            self.assertRaises(client.OpenStackApiException,
                              self.attach, server, 'queues=2')
        self.assertEqual(ports, set(self.neutron._ports))
        self.assertEqual(1, len(self.attached))
        # The guest has let go of it.
        with lost:
            self._detach_interface(server, late)
        self._wait_for(lambda: late not in self.neutron._ports)
        self.assertIn('The grant of port %s is left over' % late,
                      self.stdlog.logger.output)
        self._reboot_server(server, hard=True)
        self.assertNotIn(late, self.granted(server))

    def test_without_the_service(self):
        driver = self.start()
        kept = self.boot(self.network('queues=3'))
        away = queue_service._free_ports(1)[0]
        from nova.virt.mqnet import plans
        from nova.virt.mqnet import service
        driver._plans = plans.Plans(service.Service(
            'http://127.0.0.1:%d' % away, 1))
        server = self.boot(self.network('queues=2'), expected='ERROR')
        self.assertIn(
            'cannot reach the queue service at http://127.0.0.1:%d: '
            '[Errno 111]' % away, self.fault(server))
        # What runs is not ended for something that cannot be built again.
        built = len(self.domains)
        self._reboot_server(kept, hard=True)
        self.assertEqual(built, len(self.domains))
        self.assertEqual('ACTIVE', self.api.get_server(kept['id'])['status'])
        self.assertIn('cannot reach the queue service',
                      self.last_fault(kept).message)

        self.flags(on_service_failure='upstream', group='mqnet')
        server = self.boot(self.network('queues=2'))
        self.assertEqual([('qemu', None)], self.queues())
        self.assertIn('NICs without a plan get what Nova gives them',
                      self.stdlog.logger.output)
        self.assertEqual({}, self.granted(server))
        self._reboot_server(kept, hard=True)
        self.assertEqual([('qemu', '3')], self.queues())
        self.assertEqual([3], list(self.granted(kept).values()))

    def test_a_live_migration_takes_its_queues_along(self):
        self.start('src')
        self.src = self.computes['src']
        server = self.server = self.boot(self.network('queues=3'))
        self.start('dest')
        self.dest = self.computes['dest']

        # A destination that would make something else of it is refused,
        # before anything is moved.
        self.flags(max_queues=2, group='libvirt')
        self.assertRaises(client.OpenStackApiException,
                          self._live_migrate, server)
        self.assertFalse(self.migrate_stub_ran)
        self.assertIn('has 3 queues and would have 2: max_queues is 2',
                      self.stdlog.logger.output)

        # The wish of today does not matter to a guest that runs.
        self.flags(max_queues=None, group='libvirt')
        for vif in self.instance(server).get_network_info():
            self.set_profile(vif['id'], '1')
        self._live_migrate(server)
        self.assertTrue(self.migrate_stub_ran)
        moved = etree.fromstring(self.moved)
        self.assertEqual(
            [('qemu', '3')],
            [_driver(nic) for nic in moved.findall('devices/interface')])
        self.assertEqual('dest', self.instance(server).host)
        self.assertEqual([3], list(self.granted(server).values()))

    def _migrate_stub(self, domain, destination, params, flags):
        self.moved = params['destination_xml']
        super()._migrate_stub(domain, destination, params, flags)


def _mac(nic):
    return nic.find('mac').get('address').lower()


def _driver(nic):
    driver = nic.find('driver')
    return (None, None) if driver is None else (
        driver.get('name'), driver.get('queues'))
