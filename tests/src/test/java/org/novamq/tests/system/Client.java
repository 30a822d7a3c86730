package org.novamq.tests.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The service over HTTP, by what it really answers. */
final class Client {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String API = "http://127.0.0.1:8774";
    private static final String ADMIN = "http://127.0.0.1:8776";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** An answer. */
    record Answer(int status, String text) {
        JsonNode json() {
            try {
                return JSON.readTree(text);
            } catch (JsonProcessingException e) {
                throw new AssertionError("no JSON in " + this, e);
            }
        }

        /** The answer's body if its status is this one. */
        JsonNode expect(int expected) {
            if (status != expected) {
                throw new AssertionError("expected " + expected + ", not " + this);
            }
            return text.isEmpty() ? JSON.missingNode() : json();
        }

        /** The message of a refusal in Nova's form, {@code {NAME: {"code", "message"}}}. */
        String refusal(int expected, String name) {
            JsonNode fault = expect(expected).path(name);
            if (fault.path("code").asInt() != expected) {
                throw new AssertionError("expected Nova's fault " + name + ", not " + this);
            }
            return fault.path("message").asText();
        }
    }

    Answer get(String path) {
        return send(HttpRequest.newBuilder(URI.create(API + path)).GET());
    }

    Answer delete(String path) {
        return send(HttpRequest.newBuilder(URI.create(API + path)).DELETE());
    }

    Answer post(String path, JsonNode body) {
        return post(path, body.toString());
    }

    Answer post(String path, String body) {
        return post(path, BodyPublishers.ofString(body));
    }

    Answer put(String path, String body, String token) {
        return send(HttpRequest.newBuilder(URI.create(API + path))
                .header("Content-Type", "application/json")
                .header("X-Auth-Token", token)
                .PUT(BodyPublishers.ofString(body)));
    }

    Answer put(String path, String body) {
        return send(HttpRequest.newBuilder(URI.create(API + path))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    }

    /** Without saying how long the body is. */
    Answer postChunked(String path, byte[] body) {
        return post(path, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
    }

    private Answer post(String path, BodyPublisher body) {
        return send(HttpRequest.newBuilder(URI.create(API + path))
                .header("Content-Type", "application/json")
                .POST(body));
    }

    /** The admin connector's health check. */
    Answer health() {
        return send(HttpRequest.newBuilder(URI.create(ADMIN + "/healthcheck")).GET());
    }

    /** Whether both connectors are there. */
    boolean answers() {
        try {
            return request(HttpRequest.newBuilder(URI.create(API + "/")).GET()).status() > 0
                    && request(HttpRequest.newBuilder(URI.create(ADMIN + "/ping"))
                                            .GET())
                                    .status()
                            > 0;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            return request(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer request(HttpRequest.Builder request) throws IOException {
        try {
            var response = http.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
