"""The service's instances: what is asked of them, and waited for.

The service takes most of it on at once, and says afterwards how it went
(specs/openapi.yaml, /v1/instances).
"""

import itertools
import time

import nova.conf
from nova import exception
from nova.i18n import _

from . import service

CONF = nova.conf.CONF

# Seconds between two looks at what the service is doing: short ones first,
# because most of it is done within a second.
_PAUSES = (0.05, 0.1, 0.2, 0.5, 1)


class NotDone(exception.NovaException):
    """The service took it on, and then it could not be done."""

    msg_fmt = _('%(reason)s')


# What a call raises where the service is the reason.
ERRORS = (NotDone, service.ServiceRefused, service.ServiceUnreachable)


class Instances:
    """Every call may be repeated: the service does a thing once."""

    def __init__(self, client):
        """:param client: service.Service"""
        self._service = client

    def list(self):
        return self._service.call('GET', '/v1/instances')['instances']

    def show(self, instance):
        return self.call(instance, 'GET', '')

    def call(self, instance, method, below, body=None, **how):
        """One call on an instance.

        :param below: the path below the instance's own
        :raises: InstanceNotFound beside what service.Service.call() raises
        """
        try:
            return self._service.call(
                method, _path(instance) + below, body, **how)
        except service.ServiceRefused as e:
            if e.status == 404:
                raise exception.InstanceNotFound(instance_id=instance.uuid)
            raise

    def do(self, instance, method, below, body, **how):
        """Has something done, and waits until it is.

        :returns: the instance afterwards
        :raises: NotDone beside what call() raises
        """
        answer = self.call(instance, method, below, body, **how)
        if _is_at_work(answer):
            answer = self.finished(instance)
        return answer

    def set_power_state(self, instance, state, **how):
        self.do(instance, 'PUT', '/power-state', dict(how, power_state=state))

    def finished(self, instance):
        """Waits for what the service has taken on.

        :returns: the instance afterwards
        :raises: NotDone beside what call() raises
        """
        for pause in _pauses():
            time.sleep(pause)
            answer = patiently(lambda: self.show(instance))
            if not _is_at_work(answer):
                if answer['fault']:
                    raise NotDone(reason=answer['fault']['message'])
                return answer

    def delete(self, instance):
        """Has it deleted whole, and waits until it is gone.

        The service goes on with it even where nobody waits any longer.

        :raises: NotDone beside what service.Service.call() raises
        """
        def delete():
            return self._service.call('DELETE', _path(instance))

        until = time.monotonic() + CONF.mqnet.delete_timeout
        going = delete()
        for pause in _pauses():
            if going is None:
                return
            if time.monotonic() >= until:
                why = (going.get('fault') or {}).get('message')
                raise NotDone(reason=_(
                    'it is still there after %(limit)s seconds of deleting '
                    '([mqnet] delete_timeout): %(why)s'
                ) % {'limit': CONF.mqnet.delete_timeout,
                     'why': why or _('the service goes on')})
            time.sleep(pause)
            going = patiently(delete)


def patiently(ask):
    """Asks again where the service, or its libvirt, is away for a while.

    What it had taken on goes on when it is back.
    """
    until = time.monotonic() + CONF.mqnet.service_restart_timeout
    while True:
        try:
            return ask()
        except service.ServiceUnreachable:
            if time.monotonic() >= until:
                raise
        except service.ServiceRefused as e:
            if e.status != 503 or time.monotonic() >= until:
                raise
        time.sleep(_PAUSES[-1])


def _path(instance):
    return '/v1/instances/' + instance.uuid


def _is_at_work(shown):
    return shown['task'] is not None or shown['status'] == 'BUILD'


def _pauses():
    return itertools.chain(_PAUSES, itertools.repeat(_PAUSES[-1]))
