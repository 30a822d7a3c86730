package org.novamq.driver.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.novamq.driver.json.Json;
import org.novamq.image.Problem;
import org.novamq.image.Texts;

/**
 * The service, as its clients see it. Every call throws {@link ServiceUnreachableException} where nothing answers and
 * {@link ServiceException} where the answer is a refusal. Thread-safe.
 */
final class NovaMqClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** A slow libvirt takes 80 s for a call, and the service checks with it before it accepts an instance. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

    private static final int ACCEPTED = 202;
    private static final int NOT_FOUND = 404;
    private static final int FIRST_REFUSAL = 300;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    private final String url;

    /** @param url of the service, without a slash at its end */
    NovaMqClient(String url) {
        this.url = url;
    }

    /** A text as one segment of a path. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) {
        return body(sound(send(request(path).GET())));
    }

    /** What is there, or nothing where the service answers 404. */
    Optional<JsonNode> find(String path) {
        HttpResponse<String> response = send(request(path).GET());
        return response.statusCode() == NOT_FOUND ? Optional.empty() : Optional.of(body(sound(response)));
    }

    JsonNode post(String path, JsonNode body) {
        return body(sound(send(json(path).POST(BodyPublishers.ofString(Json.line(body))))));
    }

    /** An action of Nova's, whose answer says nothing. */
    void act(String id, JsonNode body) {
        sound(send(json(ServerReference.path(id) + "/action").POST(BodyPublishers.ofString(Json.line(body)))));
    }

    /** Whether it was only accepted, and is still to be done. */
    boolean put(String path, JsonNode body) {
        return sound(send(json(path).PUT(BodyPublishers.ofString(Json.line(body)))))
                        .statusCode()
                == ACCEPTED;
    }

    void delete(String path) {
        sound(send(request(path).DELETE()));
    }

    private HttpRequest.Builder json(String path) {
        return request(path).header("Content-Type", "application/json");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(ANSWER_TIMEOUT)
                .header("Accept", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (HttpTimeoutException e) {
            throw new ServiceUnreachableException("cannot reach the service at " + url + ": no answer in time", e);
        } catch (IOException e) {
            String why = Optional.ofNullable(e.getMessage()).orElse("nothing listens there, or it hung up");
            throw new ServiceUnreachableException(
                    "cannot reach the service at " + url + ": " + why
                            + " (is 'novamq server' running? --url or NOVAMQ_URL says where)",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted while waiting for " + url));
        }
    }

    private static HttpResponse<String> sound(HttpResponse<String> response) {
        if (response.statusCode() >= FIRST_REFUSAL) {
            throw new ServiceException(ErrorBody.problems(response.statusCode(), response.body()));
        }
        return response;
    }

    private static JsonNode body(HttpResponse<String> response) {
        try {
            return Json.MAPPER.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new ServiceException(List.of(new Problem(
                    "", "", "cannot read the service's answer: " + Texts.quote(response.body()) + " is no JSON")));
        }
    }
}
