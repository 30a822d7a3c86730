"""What is kept with an instance, and how it changes."""

import types
import unittest

from nova.virt.mqnet import grants

_PORT = '5f3a5ab4-5a3e-4a6e-9c1b-0d6f1c7f5a10'
_OTHER = '0a1b2c3d-5a3e-4a6e-9c1b-0d6f1c7f5a10'


def _grant(granted=4, source='port'):
    return grants.Grant(
        granted=granted, requested={'queues': granted, 'source': source},
        driver={'name': 'vhost', 'queues': granted})


class GrantsTest(unittest.TestCase):

    def setUp(self):
        self.instance = types.SimpleNamespace(
            system_metadata={'image_os_distro': 'debian'})

    def test_there_and_back(self):
        self.assertTrue(grants.keep(self.instance, {_PORT: _grant()}))
        self.assertEqual(_grant(), grants.of(self.instance, _PORT))
        self.assertIsNone(grants.of(self.instance, _OTHER))
        self.assertEqual({_PORT: _grant()}, grants.kept(self.instance))
        self.assertEqual(
            {'granted': 4, 'granted_for': {'queues': 4, 'source': 'port'}},
            grants.of(self.instance, _PORT).as_kept())

    def test_the_largest_fits_into_the_database(self):
        grants.add(self.instance, _PORT, grants.Grant(
            granted=256, requested={'queues': 4096, 'source': 'default'},
            driver={'name': 'vhost', 'queues': 256, 'packed': True,
                    'rx_queue_size': 1024, 'tx_queue_size': 1024}))
        for key, value in self.instance.system_metadata.items():
            self.assertLessEqual(len(key), 255)
            self.assertLessEqual(len(value), 255)

    def test_keeping_the_same_changes_nothing(self):
        grants.keep(self.instance, {_PORT: _grant()})
        self.assertFalse(grants.keep(self.instance, {_PORT: _grant()}))
        self.assertTrue(grants.keep(self.instance, {_PORT: _grant(2)}))

    def test_ports_that_are_gone_are_gone(self):
        grants.keep(self.instance, {_PORT: _grant(), _OTHER: _grant()})
        grants.keep(self.instance, {_OTHER: _grant()})
        self.assertEqual([_OTHER], list(grants.kept(self.instance)))
        grants.remove(self.instance, _OTHER)
        grants.remove(self.instance, _OTHER)
        self.assertEqual({'image_os_distro': 'debian'},
                         self.instance.system_metadata)

    def test_forgetting_takes_along_what_a_snapshot_brought(self):
        grants.keep(self.instance, {_PORT: _grant()})
        self.instance.system_metadata['image_mqnet_' + _OTHER] = '{}'
        grants.forget(self.instance)
        self.assertEqual({'image_os_distro': 'debian'},
                         self.instance.system_metadata)

    def test_a_migration_that_is_reverted(self):
        grants.keep(self.instance, {_PORT: _grant()})
        grants.set_aside(self.instance, 'this')
        self.assertEqual({_PORT: _grant()}, grants.kept(self.instance))
        grants.keep(self.instance, {_PORT: _grant(8), _OTHER: _grant(1)})
        grants.bring_back(self.instance, 'this')
        self.assertEqual({_PORT: _grant()}, grants.kept(self.instance))
        self.assertEqual(2, len(self.instance.system_metadata))

    def test_a_migration_that_put_nothing_aside_brings_nothing_back(self):
        grants.keep(self.instance, {_PORT: _grant()})
        grants.bring_back(self.instance, 'this')
        self.assertEqual({_PORT: _grant()}, grants.kept(self.instance))
        # Nor what another did that nobody ended.
        grants.set_aside(self.instance, 'earlier')
        grants.keep(self.instance, {_PORT: _grant(8)})
        grants.bring_back(self.instance, 'this')
        self.assertEqual({_PORT: _grant(8)}, grants.kept(self.instance))

    def test_a_migration_that_is_confirmed(self):
        grants.keep(self.instance, {_PORT: _grant()})
        grants.set_aside(self.instance, 'this')
        grants.keep(self.instance, {_PORT: _grant(8)})
        grants.drop_aside(self.instance)
        self.assertEqual({_PORT: _grant(8)}, grants.kept(self.instance))
        self.assertEqual(2, len(self.instance.system_metadata))

    def test_what_nobody_can_read_counts_as_nothing(self):
        for value in ('', '[]', '{"granted": 4}', '4 queues'):
            with self.subTest(value):
                self.instance.system_metadata['mqnet_' + _PORT] = value
                with self.assertLogs('nova.virt.mqnet.grants', 'WARNING'):
                    self.assertIsNone(grants.of(self.instance, _PORT))

    def test_only_what_has_queues_has_a_grant(self):
        answer = {'nics': [
            {'id': _PORT, 'granted': 4, 'driver': None,
             'requested': {'queues': 4, 'source': 'tag'}},
            {'id': _OTHER, 'granted': None, 'driver': None,
             'requested': {'queues': 1, 'source': 'default'}}]}
        self.assertEqual([_PORT], list(grants.of_answer(answer)))

    def test_many_queues_are_two_and_more(self):
        self.assertEqual(
            [False, True, True],
            [_grant(count).is_multiqueue for count in (1, 2, 256)])
