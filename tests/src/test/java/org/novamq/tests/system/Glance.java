package org.novamq.tests.system;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A Glance that hands out files, to those who bring the token. */
final class Glance {
    static final String TOKEN = "gAAAAABn-of-this-test";

    private final HttpServer server;
    private final Map<String, Path> images = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile boolean stalls;

    /** Begins to listen. */
    Glance() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v2/images/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "glance");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on images come by halves, and the rest never. */
    void stall(boolean so) {
        stalls = so;
    }

    /** How often an image was asked for. */
    long asked(String id) {
        return requests.stream().filter(id::equals).count();
    }

    /** Takes a file, and tells of it as {@code PUT /v1/instances/{id}} wants to be told. */
    ObjectNode add(Path file, String format) {
        String id = UUID.randomUUID().toString();
        images.put(id, file);
        String hash = Program.run("sha512sum", file.toString()).sound().split(" ", -1)[0];
        return Client.JSON
                .createObjectNode()
                .put("id", id)
                .put("disk_format", format)
                .put("hash_algo", "sha512")
                .put("hash_value", hash);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String id = exchange.getRequestURI().getPath().split("/", -1)[3];
        requests.add(id);
        Path file = images.get(id);
        try (exchange) {
            if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Auth-Token"))) {
                exchange.sendResponseHeaders(401, -1);
            } else if (file == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                send(exchange, file);
            }
        }
    }

    private void send(HttpExchange exchange, Path file) throws IOException {
        exchange.sendResponseHeaders(200, Files.size(file));
        OutputStream body = exchange.getResponseBody();
        if (stalls) {
            byte[] all = Files.readAllBytes(file);
            body.write(all, 0, all.length / 2);
            body.flush();
            try {
                Thread.sleep(600_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else {
            Files.copy(file, body);
        }
    }
}
