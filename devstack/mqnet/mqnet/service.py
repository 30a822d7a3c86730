"""The HTTP client of the service."""

import socket
import time
from urllib import parse

from oslo_log import log as logging
from oslo_serialization import jsonutils
import urllib3
from urllib3 import exceptions as http_exceptions

from nova import exception
from nova.i18n import _

LOG = logging.getLogger(__name__)

# nova-compute builds ten instances at once unless told otherwise
# ([DEFAULT]/max_concurrent_builds). Further connections work too, they are
# just not kept.
_KEPT_CONNECTIONS = 16

# What may be sent twice: the second time changes nothing that the first did
# not. A POST is repeated only if its caller says so.
_IDEMPOTENT = frozenset(('GET', 'HEAD', 'PUT', 'DELETE'))


class ServiceRefused(exception.NovaException):
    """The service answered that it will not, or cannot, do this.

    :ivar status: the HTTP status, 400 or more
    :ivar problems: list of dicts ``field``, ``value``, ``message``; empty
        where the service names none
    :ivar message: all of it in words
    """

    msg_fmt = _('%(reason)s')

    def __init__(self, status, reason, problems=()):
        self.status = status
        self.problems = list(problems)
        super().__init__(reason=reason)


class ServiceUnreachable(exception.NovaException):
    """No answer, or none that can be read."""

    msg_fmt = _('cannot reach the queue service at %(url)s: %(reason)s')


class Service:
    """Calls the service over kept-alive connections.

    It is made for many threads, green or not: every call that runs at the same
    time as another has a connection of its own.
    """

    def __init__(self, url, timeout):
        """Connects to nothing yet.

        :param url: option service_url
        :param timeout: seconds that connecting may take, and then an answer
        """
        self.url = url.rstrip('/')
        self._timeout = timeout
        parts = parse.urlsplit(self.url)
        self._path = parts.path
        kept = {'maxsize': _KEPT_CONNECTIONS, 'retries': False}
        if parts.scheme == 'https':
            kept['cert_reqs'] = 'CERT_REQUIRED'
        self._pool = urllib3.connection_from_url(self.url, **kept)

    def call(self, method, path, body=None, headers=None, timeout=None,
             idempotent=None):
        """Sends a request and reads the answer.

        :param path: with its query, as the service's documents write it
        :param body: what becomes JSON
        :param headers: sent too; they are never logged
        :param timeout: seconds, instead of the usual
        :param idempotent: whether it may be repeated where a kept connection
            turns out to be closed; unless given, all but POST may
        :returns: the JSON of the answer; None where it has none
        :raises: ServiceRefused, ServiceUnreachable
        """
        if idempotent is None:
            idempotent = method in _IDEMPOTENT
        headers = dict(headers or {}, Accept='application/json')
        data = None
        if body is not None:
            data = jsonutils.dump_as_bytes(body)
            headers['Content-Type'] = 'application/json'
        begun = time.monotonic()
        response = self._send(
            method, path, data, headers, timeout or self._timeout, idempotent)
        LOG.debug('%(method)s %(path)s: %(status)s in %(ms).1f ms',
                  {'method': method, 'path': path, 'status': response.status,
                   'ms': (time.monotonic() - begun) * 1000})
        answer = self._read(response)
        if response.status >= 400:
            raise _refusal(response.status, answer)
        return answer

    def _send(self, method, path, data, headers, timeout, idempotent):
        tries = 2 if idempotent else 1
        while True:
            tries -= 1
            try:
                return self._pool.urlopen(
                    method, self._path + path, body=data, headers=headers,
                    redirect=False, timeout=urllib3.Timeout(
                        connect=timeout, read=timeout))
            except http_exceptions.ProtocolError as e:
                # The other side had closed the connection, which shows only
                # when it is used again. A new one is made for the second try.
                if not tries:
                    raise self._unreachable(_reason(e, timeout)) from e
            except http_exceptions.HTTPError as e:
                raise self._unreachable(_reason(e, timeout)) from e

    def _read(self, response):
        if not response.data:
            return None
        try:
            return jsonutils.loads(response.data)
        except ValueError:
            if response.status < 400:
                raise self._unreachable(
                    _('the answer to a request is no JSON'))
            # A proxy's page, for instance. The status says enough.
            return None

    def _unreachable(self, reason):
        return ServiceUnreachable(url=self.url, reason=reason)


def _reason(error, timeout):
    """What happened, without urllib3's wrapping."""
    cause = error.__context__ or error
    if isinstance(cause, socket.timeout):
        return _('no answer within %s seconds') % timeout
    return cause


def _refusal(status, answer):
    """From either form of a refusal: the dry run's, or Nova's."""
    fault = answer if isinstance(answer, dict) else {}
    if 'problems' not in fault and len(fault) == 1:
        inner = next(iter(fault.values()))
        fault = inner if isinstance(inner, dict) else fault
    problems = fault.get('problems') or []
    message = '; '.join(problem['message'] for problem in problems)
    return ServiceRefused(
        status,
        message or fault.get('message') or _(
            'the queue service answered with status %s') % status,
        problems)
