"""The real service, as a process of its own, for tests."""

import os
import socket
import subprocess
import tempfile
import time
from urllib import error
from urllib import request

_ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '../../..'))
_LAUNCHER = os.path.join(_ROOT, 'nova-driver', 'bin', 'novamq')
_START_TIMEOUT = 60

# Plans want no hypervisor, and there is none.
_CONFIGURATION = """
virt_type: qemu
connection_uri: "qemu+unix:///system?socket={directory}/no-libvirt"
instances_path: {directory}
server:
  applicationConnectors: [{{type: http, bindHost: 127.0.0.1, port: {port}}}]
  adminConnectors: [{{type: http, bindHost: 127.0.0.1, port: {admin}}}]
logging: {{level: WARN}}
{more}
"""


class QueueService:
    """On free ports of the loopback interface."""

    def __init__(self, more=''):
        """Started it is by start().

        :param more: lines for its configuration
        """
        self._directory = tempfile.TemporaryDirectory()
        self._more = more
        self._process = None
        self.port, self._admin = _free_ports(2)
        self.url = 'http://127.0.0.1:%d' % self.port

    def start(self):
        directory = self._directory.name
        config = os.path.join(directory, 'novamq.yaml')
        with open(config, 'w') as f:
            f.write(_CONFIGURATION.format(
                directory=directory, port=self.port, admin=self._admin,
                more=self._more))
        self._log = open(os.path.join(directory, 'log'), 'w+')
        self._process = subprocess.Popen(
            [_LAUNCHER, 'server', '--config', config],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        deadline = time.monotonic() + _START_TIMEOUT
        while not self._answers():
            if self._process.poll() is not None or (
                    time.monotonic() > deadline):
                self._log.seek(0)
                said = self._log.read()
                self.stop()
                raise RuntimeError('the service did not start: %s' % said)
            time.sleep(0.1)

    def stop(self):
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None
            self._log.close()

    def close(self):
        self.stop()
        self._directory.cleanup()

    def _answers(self):
        try:
            request.urlopen(self.url + '/v1/plans', timeout=1)
        except error.HTTPError:
            return True  # it takes POST only, but it is there
        except OSError:
            return False
        return True


def _free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(('127.0.0.1', 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports
