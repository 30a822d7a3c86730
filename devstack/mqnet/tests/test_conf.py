"""The options: their defaults, and what they refuse."""

import os
import re
import unittest

from oslo_config import cfg

from nova.virt.mqnet import conf

_SPECIFICATION = os.path.join(
    os.path.dirname(__file__), '../../../specs/openstack.rst')


class ConfTest(unittest.TestCase):

    def setUp(self):
        self.conf = cfg.ConfigOpts()
        conf.register_opts(self.conf)
        self.conf([], default_config_files=[])

    def test_defaults(self):
        self.assertEqual(
            {'service_url': 'http://127.0.0.1:8784',
             'service_timeout': 10,
             'service_restart_timeout': 60,
             'delete_timeout': 60,
             'on_service_failure': 'fail',
             'max_vcpus': None},
            dict(self.conf.mqnet))

    def test_the_specification_has_the_same(self):
        with open(_SPECIFICATION) as f:
            rows = dict(re.findall(
                r'^   \* - ``(\w+)``\n     - (.*)$', f.read(), re.MULTILINE))
        self.assertEqual(
            {opt.name: 'unset' if opt.default is None else str(opt.default)
             for opt in conf.opts},
            {name: default.strip('`') for name, default in rows.items()})

    def test_each_may_be_set(self):
        for name, value in (('service_url', 'https://queues.example/mq'),
                            ('service_timeout', 0.5),
                            ('service_restart_timeout', 0),
                            ('delete_timeout', 0),
                            ('on_service_failure', 'upstream'),
                            ('max_vcpus', 64)):
            self.conf.set_override(name, value, group='mqnet')
            # A group is shared by all who register it, Nova among them.
            self.addCleanup(
                self.conf.clear_override, name, group='mqnet')
            self.assertEqual(value, self.conf.mqnet[name])

    def test_what_makes_no_sense_is_refused(self):
        for name, value in (('service_url', 'ftp://127.0.0.1'),
                            ('service_timeout', 0),
                            ('service_restart_timeout', -1),
                            ('delete_timeout', -1),
                            ('on_service_failure', 'ignore'),
                            ('max_vcpus', 0)):
            with self.subTest(name), self.assertRaises(ValueError):
                self.conf.set_override(name, value, group='mqnet')

    def test_twice_is_once(self):
        conf.register_opts(self.conf)

    def test_every_option_says_what_it_is_for(self):
        [(group, opts)] = conf.list_opts()
        self.assertEqual('mqnet', group.name)
        for opt in opts:
            self.assertGreater(len(opt.help), 100, opt.name)
