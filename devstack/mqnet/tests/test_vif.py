"""The VIF driver: it follows grants, and is Nova's where there are none."""

import unittest
from unittest import mock

import os_vif
from os_vif.objects import vif as osv_vif
from oslo_versionedobjects import base as ovo_base
from oslo_versionedobjects import fields

from nova.virt.libvirt import config
from nova.virt.mqnet import grants
from nova.virt.mqnet import vif as mqnet_vif

import scene

os_vif.initialize()

_HOST_MAC = '00:61:fe:ed:ca:fe'


def _grant(granted, **driver):
    return grants.Grant(granted=granted, driver=driver or None,
                        requested={'queues': granted, 'source': 'port'})


class VIFDriverTest(unittest.TestCase):

    def setUp(self):
        self.driver = mqnet_vif.VIFDriver()
        for name in ('create_tap_dev', 'set_device_mtu'):
            patch = mock.patch('nova.privsep.linux_net.' + name)
            setattr(self, name, patch.start())
            self.addCleanup(patch.stop)
        patch = mock.patch('nova.virt.mqnet.taps.remove_other_mode')
        self.remove_other_mode = patch.start()
        self.addCleanup(patch.stop)

    def config(self, instance, vif, virt_type='kvm', **image):
        return self.driver.get_config(
            instance, vif, scene.image_meta(**image), instance.flavor,
            virt_type)

    def driver_element(self, conf):
        element = conf.format_dom().find('driver')
        return None if element is None else dict(element.attrib)

    def test_a_grant_goes_before_flavor_and_image(self):
        vif = scene.vif(1)
        instance = scene.instance([vif])
        for grant, expected in (
            (_grant(3, name='vhost', queues=3),
             {'name': 'vhost', 'queues': '3'}),
            (_grant(3, name='qemu', queues=3, rx_queue_size=512),
             {'name': 'qemu', 'queues': '3', 'rx_queue_size': '512'}),
            (_grant(1, name='vhost', queues=1),
             {'name': 'vhost', 'queues': '1'}),
            (_grant(1), None),
        ):
            grants.keep(instance, {vif['id']: grant})
            conf = self.config(instance, vif, hw_vif_multiqueue_enabled='yes')
            self.assertEqual(expected, self.driver_element(conf))
            self.assertEqual('port-1', conf.port_id)

    def test_without_one_it_is_novas(self):
        vif = scene.vif(1)
        conf = self.config(
            scene.instance([vif]), vif, hw_vif_multiqueue_enabled='yes')
        self.assertEqual({'name': 'vhost', 'queues': '4'},
                         self.driver_element(conf))

    def test_only_virtio_has_queues(self):
        vif = scene.vif(1)
        instance = scene.instance([vif])
        grants.keep(instance, {vif['id']: _grant(3, name='vhost', queues=3)})
        conf = self.config(instance, vif, hw_vif_model='e1000')
        self.assertIsNone(self.driver_element(conf))

    def test_packed_where_nova_has_it(self):
        conf = config.LibvirtConfigGuestInterface()
        conf.model = 'virtio'
        mqnet_vif.apply(_grant(1, packed=True), conf)
        conf.driver_packed = False
        mqnet_vif.apply(_grant(1, packed=True), conf)
        self.assertTrue(conf.driver_packed)
        mqnet_vif.apply(_grant(1, name='vhost'), conf)
        self.assertFalse(conf.driver_packed)

    def test_a_tap_of_novas_is_as_granted(self):
        vif = scene.vif(1, 'tap')
        vif['details'] = {'mac_address': _HOST_MAC}
        instance = scene.instance([vif], hw_vif_multiqueue_enabled='yes')
        for granted, multiqueue in ((1, False), (2, True)):
            grants.keep(instance, {vif['id']: _grant(granted)})
            self.driver.plug(instance, vif)
            self.remove_other_mode.assert_called_with('tap1', multiqueue)
            self.assert_made_before_novas(multiqueue, _HOST_MAC)
            self.set_device_mtu.assert_called_with('tap1', 1450)

    def assert_made_before_novas(self, multiqueue, mac=None):
        self.assertEqual(mock.call('tap1', mac, multiqueue=multiqueue),
                         self.create_tap_dev.call_args_list[0])
        self.assertEqual(2, self.create_tap_dev.call_count)
        self.create_tap_dev.reset_mock()

    def test_so_is_one_where_novas_has_one_queue(self):
        for vif_type, program in (('midonet', 'plug_midonet_vif'),
                                  ('iovisor', 'plug_plumgrid_vif')):
            vif = scene.vif(1, vif_type)
            instance = scene.instance([vif])
            instance.project_id = 'a-tenant'
            with mock.patch('nova.privsep.libvirt.' + program) as bind:
                for granted in (1, 2):
                    grants.keep(instance, {vif['id']: _grant(granted)})
                    self.driver.plug(instance, vif)
                    self.assert_made_before_novas(granted > 1)
            self.assertEqual(2, bind.call_count)

    def test_a_tap_without_a_grant_is_novas(self):
        vif = scene.vif(1, 'tap')
        instance = scene.instance([vif], hw_vif_multiqueue_enabled='yes')
        self.driver.plug(instance, vif)
        self.create_tap_dev.assert_called_once_with(
            'tap1', None, multiqueue=True)
        self.remove_other_mode.assert_not_called()


@ovo_base.VersionedObjectRegistry.register
class _Profile(osv_vif.VIFPortProfileOpenVSwitch):
    """As in os-vif 4.3, of which Debian 12 has an older one."""

    fields = {'create_tap': fields.BooleanField(default=False),
              'multiqueue': fields.BooleanField(default=False)}


class OsVifTest(unittest.TestCase):

    def plug(self, profile, grant=None):
        port = osv_vif.VIFOpenVSwitch(
            id='b7c95471-0b82-469f-8962-7b9dabbe3ed6', vif_name='tap1',
            port_profile=profile)
        instance = mock.Mock(system_metadata={}, image_meta=mock.Mock())
        if grant:
            grants.keep(instance, {port.id: grant})
        with mock.patch('os_vif.plug') as plug, \
                mock.patch('nova.network.os_vif_util.'
                           'nova_to_osvif_instance'), \
                mock.patch('nova.virt.mqnet.taps.remove_other_mode') as taps:
            mqnet_vif.VIFDriver()._plug_os_vif(instance, port)
        plug.assert_called_once_with(port, mock.ANY)
        return taps

    def test_the_tap_that_os_vif_makes_is_as_granted(self):
        for granted in (1, 2, 1):
            profile = _Profile(create_tap=True)
            taps = self.plug(profile, _grant(granted))
            self.assertEqual(granted > 1, profile.multiqueue)
            taps.assert_called_once_with('tap1', granted > 1)

    def test_a_tap_that_libvirt_makes_is_libvirts(self):
        profile = _Profile(create_tap=False)
        self.plug(profile, _grant(2)).assert_not_called()
        self.assertNotIn('multiqueue', profile)

    def test_an_older_os_vif_makes_none(self):
        profile = osv_vif.VIFPortProfileOpenVSwitch()
        self.plug(profile, _grant(2)).assert_not_called()

    def test_without_a_grant_it_is_novas(self):
        self.plug(_Profile(create_tap=True)).assert_not_called()
