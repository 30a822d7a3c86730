package org.novamq.driver.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A service that says what it was told to say, and remembers what it was asked. */
final class StubService implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    private record Answer(int status, String body) {}

    StubService() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** The next answer to a request like {@code "GET /v2.1/servers"}; the last one stays. */
    StubService on(String request, int status, String body) {
        answers.computeIfAbsent(request, key -> new ArrayDeque<>()).add(new Answer(status, body));
        return this;
    }

    /** Each as {@code "POST /path body"}. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    Shell.Result novamq(String... args) {
        return new Shell(Map.of(
                        "NOVAMQ_URL", "http://127.0.0.1:" + server.getAddress().getPort()))
                .run("", args);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(body.isEmpty() ? request : request + " " + body);
        Deque<Answer> left = answers.getOrDefault(
                request,
                new ArrayDeque<>(List.of(new Answer(
                        404, "{\"itemNotFound\":{\"code\":404,\"message\":\"nothing at " + request + "\"}}"))));
        Answer answer = left.size() > 1 ? left.remove() : left.element();
        byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
