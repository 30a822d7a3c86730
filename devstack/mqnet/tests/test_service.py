"""The HTTP client, against servers on the loopback interface."""

import http.server
import json
import socket
import threading
import unittest

from nova.virt.mqnet import service


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers what the test has put into the server, request by request."""

    protocol_version = 'HTTP/1.1'

    def setup(self):
        self.server.connections += 1
        super().setup()

    def _answer(self):
        length = int(self.headers.get('Content-Length', 0))
        self.server.requests.append(
            (self.command, self.path, self.rfile.read(length),
             dict(self.headers)))
        answer = self.server.answers.pop(0)
        if answer is None:
            self.close_connection = True
            return
        status, body = answer
        self.send_response(status)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        # As a service does that has been idle for long: unannounced.
        self.close_connection = self.server.hang_up

    def finish(self):
        super().finish()
        self.connection.close()
        self.server.closed.release()

    do_GET = do_PUT = do_POST = do_DELETE = _answer

    def log_message(self, *args):
        pass


class ServiceTest(unittest.TestCase):

    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(
            ('127.0.0.1', 0), _Handler)
        self.server.connections = 0
        self.server.closed = threading.Semaphore(0)
        self.server.requests = []
        self.server.answers = []
        self.server.hang_up = False
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = 'http://127.0.0.1:%d' % self.server.server_port
        self.service = service.Service(self.url, 5)
        self.addCleanup(self.service._pool.close)

    def answer(self, status, body=None):
        text = b'' if body is None else json.dumps(body).encode()
        self.server.answers.append((status, text))

    def test_json_there_and_back_over_one_connection(self):
        for number in range(3):
            self.answer(200, {'number': number})
            self.assertEqual(
                {'number': number},
                self.service.call('POST', '/v1/plans', {'asks': number},
                                  headers={'X-Request-Id': 'req-1'}))
        self.assertEqual(1, self.server.connections)
        method, path, body, headers = self.server.requests[2]
        self.assertEqual(('POST', '/v1/plans'), (method, path))
        self.assertEqual({'asks': 2}, json.loads(body))
        self.assertEqual('application/json', headers['Content-Type'])
        self.assertEqual('req-1', headers['X-Request-Id'])

    def test_nothing_is_none(self):
        self.answer(204)
        self.assertIsNone(self.service.call('DELETE', '/v1/instances/1'))

    def test_a_path_in_the_url_comes_first(self):
        self.answer(200, {})
        service.Service(self.url + '/queues/', 5).call('GET', '/v1/host')
        self.assertEqual('/queues/v1/host', self.server.requests[0][1])

    def test_the_refusal_of_a_plan(self):
        self.answer(400, {'problems': [
            {'field': 'a', 'value': '1', 'message': 'cannot do one'},
            {'field': 'b', 'value': '2', 'message': 'cannot do two'}]})
        with self.assertRaises(service.ServiceRefused) as refused:
            self.service.call('POST', '/v1/plans', {})
        self.assertEqual(400, refused.exception.status)
        self.assertEqual('cannot do one; cannot do two',
                         refused.exception.format_message())
        self.assertEqual(['a', 'b'], [problem['field'] for problem
                                      in refused.exception.problems])

    def test_a_refusal_in_novas_words(self):
        self.answer(409, {'conflictingRequest': {
            'code': 409, 'message': 'there is one already'}})
        with self.assertRaises(service.ServiceRefused) as refused:
            self.service.call('PUT', '/v1/instances/1', {})
        self.assertEqual(409, refused.exception.status)
        self.assertEqual('there is one already',
                         refused.exception.format_message())

    def test_a_refusal_without_words(self):
        self.server.answers.append((502, b'<html>Bad gateway</html>'))
        with self.assertRaises(service.ServiceRefused) as refused:
            self.service.call('GET', '/v1/host')
        self.assertEqual('the queue service answered with status 502',
                         refused.exception.format_message())

    def test_a_connection_that_was_closed_is_made_anew(self):
        for method in ('GET', 'PUT', 'DELETE'):
            with self.subTest(method):
                self.server.requests.clear()
                self.server.answers.append(None)
                self.answer(200, {'method': method})
                self.assertEqual({'method': method},
                                 self.service.call(method, '/v1/thing'))
                self.assertEqual(2, len(self.server.requests))

    def test_only_once(self):
        self.server.answers += [None, None]
        with self.assertRaises(service.ServiceUnreachable):
            self.service.call('GET', '/v1/thing')
        self.assertEqual(2, len(self.server.requests))

    def test_a_post_is_not_repeated_unless_its_caller_says_so(self):
        self.server.answers.append(None)
        with self.assertRaises(service.ServiceUnreachable):
            self.service.call('POST', '/v1/thing', {})
        self.assertEqual(1, len(self.server.requests))
        self.server.answers.append(None)
        self.answer(200, {})
        self.service.call('POST', '/v1/plans', {}, idempotent=True)
        self.assertEqual(3, len(self.server.requests))

    def test_a_service_that_hung_up_in_between_is_no_error(self):
        self.server.hang_up = True
        for _ in range(3):
            self.answer(200, {})
            self.assertEqual({}, self.service.call('POST', '/v1/plans', {}))
            self.server.closed.acquire()
        self.assertEqual(3, self.server.connections)

    def test_nobody_listens(self):
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            url = 'http://127.0.0.1:%d' % free.getsockname()[1]
        with self.assertRaises(service.ServiceUnreachable) as unreachable:
            service.Service(url, 5).call('GET', '/')
        self.assertEqual(
            'cannot reach the queue service at %s: [Errno 111] Connection '
            'refused' % url, unreachable.exception.format_message())

    def test_nobody_answers(self):
        with socket.socket() as silent:
            silent.bind(('127.0.0.1', 0))
            silent.listen()
            url = 'http://127.0.0.1:%d' % silent.getsockname()[1]
            with self.assertRaises(service.ServiceUnreachable) as unreachable:
                service.Service(url, 5).call('GET', '/', timeout=0.2)
        self.assertTrue(unreachable.exception.format_message().endswith(
            ': no answer within 0.2 seconds'))

    def test_an_answer_that_is_none(self):
        self.server.answers.append((200, b'hello'))
        with self.assertRaises(service.ServiceUnreachable) as unreachable:
            self.service.call('GET', '/')
        self.assertIn('is no JSON', unreachable.exception.format_message())

    def test_many_at_once(self):
        self.server.answers += [(200, b'{}')] * 40
        threads = [
            threading.Thread(target=self.service.call, args=('GET', '/'))
            for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(40, len(self.server.requests))

    def test_headers_are_not_logged(self):
        self.answer(200, {})
        with self.assertLogs('nova.virt.mqnet', 'DEBUG') as logs:
            self.service.call(
                'GET', '/v1/host', headers={'X-Auth-Token': 'secret'})
        self.assertNotIn('secret', ''.join(logs.output))
        self.assertIn('GET /v1/host: 200 in', ''.join(logs.output))
