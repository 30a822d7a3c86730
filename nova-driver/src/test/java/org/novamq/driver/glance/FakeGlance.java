package org.novamq.driver.glance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A Glance over HTTP that has the images it was given, and the bad days it was told to have. */
public final class FakeGlance implements AutoCloseable {
    public static final String TOKEN = "gAAAAABn-good";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> images = new ConcurrentHashMap<>();
    private final Map<String, Manner> manners = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);

    /** How an image is sent. */
    public interface Manner {
        void send(HttpExchange exchange, byte[] data) throws IOException, InterruptedException;
    }

    public FakeGlance() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v2/images/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Gives it an image, and returns its id. */
    public UUID add(byte[] data) {
        UUID id = UUID.randomUUID();
        images.put(id.toString(), data);
        return id;
    }

    /** From now on it sends this one so. */
    public void sends(UUID id, Manner manner) {
        manners.put(id.toString(), manner);
    }

    /** Only the headers, and the first half. */
    public static void cutOff(HttpExchange exchange, byte[] data) throws IOException {
        exchange.sendResponseHeaders(200, data.length);
        exchange.getResponseBody().write(data, 0, data.length / 2);
        exchange.getResponseBody().flush();
    }

    /** The first half; the other not before it is released. */
    public void stall(HttpExchange exchange, byte[] data) throws IOException, InterruptedException {
        cutOff(exchange, data);
        released.await();
        exchange.getResponseBody().write(data, data.length / 2, data.length - data.length / 2);
    }

    public void release() {
        released.countDown();
    }

    /** Nothing but a status. */
    public static Manner status(int status) {
        return (exchange, data) -> exchange.sendResponseHeaders(status, -1);
    }

    /** Each by its path. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public static ImageHash sha512(byte[] data) {
        try {
            String hex = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-512").digest(data));
            return ImageHash.of("sha512", hex).orElseThrow();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestURI().getPath());
        String id = exchange.getRequestURI().getPath().split("/", -1)[3];
        byte[] data = images.getOrDefault(id, new byte[0]);
        Manner manner = manners.getOrDefault(id, FakeGlance::whole);
        List<String> token = exchange.getRequestHeaders().getOrDefault("X-Auth-Token", List.of());
        try (exchange) {
            if (!token.equals(List.of(TOKEN))) {
                exchange.sendResponseHeaders(401, -1);
            } else if (!images.containsKey(id)) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                manner.send(exchange, data);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void whole(HttpExchange exchange, byte[] data) throws IOException {
        exchange.sendResponseHeaders(200, data.length);
        exchange.getResponseBody().write(data);
    }

    /** Without saying how much it is. */
    public static void chunked(HttpExchange exchange, byte[] data) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(data);
    }

    /** What is stored is no longer what it was. */
    public static void corrupt(HttpExchange exchange, byte[] data) throws IOException {
        byte[] other = Arrays.copyOf(data, data.length);
        other[data.length / 2] ^= 1;
        whole(exchange, other);
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
    }
}
