package org.novamq.driver.glance;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.novamq.image.Texts;

/**
 * Glance's API v2, as far as images are read. Where it is, the configuration says; no redirect is followed, because the
 * token would go with it. Thread-safe.
 */
public final class GlanceClient {
    private static final int OK = 200;

    /** How often whoever waits is looked after. */
    private static final long LOOK_MILLIS = 500;

    private final URI endpoint;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * Connects to nothing yet.
     *
     * @param endpoint {@code glance_endpoint}, without a version
     * @param timeout {@code glance_timeout}: the longest that it may be silent
     */
    public GlanceClient(URI endpoint, Duration timeout) {
        this.endpoint = endpoint;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /**
     * Brings an image's data into a file and holds them against its hash.
     *
     * @param file does not exist yet; what is left in it after a failure is nobody's
     * @param heartbeat called again and again while it waits; what it throws ends the fetch
     * @throws GlanceException it cannot be had, or is not what its hash says
     */
    void fetch(GlanceImage image, Optional<Token> token, Path file, Runnable heartbeat) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long free = Files.getFileStore(file).getUsableSpace();
            Download download = new Download(channel, image.hash().digest(), free);
            HttpResponse<String> answer = await(image, send(request(image, token), download), download, heartbeat);
            if (answer.statusCode() != OK) {
                throw failed(image, "it answered " + answer.statusCode() + meaning(answer.statusCode()), null);
            }
            if (!answer.body().equals(image.hash().value())) {
                throw new GlanceException(
                        "cannot use image " + image.id() + ": the "
                                + image.hash().algorithm() + " of its data is "
                                + answer.body() + ", Glance says "
                                + image.hash().value() + " (" + download.received()
                                + " bytes from " + endpoint + ")",
                        null);
            }
            channel.force(true);
        } catch (IOException e) {
            throw failed(image, e.toString(), e);
        }
    }

    private HttpRequest request(GlanceImage image, Optional<Token> token) {
        String base = endpoint.toString().replaceFirst("/+$", "");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/v2/images/" + image.id() + "/file"));
        token.ifPresent(value -> request.header("X-Auth-Token", value.value()));
        return request.build();
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest request, Download download) {
        return http.sendAsync(
                request,
                answer -> answer.statusCode() == OK
                        ? download.announcing(answer.headers()
                                .firstValueAsLong("Content-Length")
                                .orElse(0))
                        : BodySubscribers.replacing(""));
    }

    /** The answer once it is there whole; a server that goes on sending may take as long as it likes. */
    private HttpResponse<String> await(
            GlanceImage image, CompletableFuture<HttpResponse<String>> answer, Download download, Runnable heartbeat) {
        long seen = 0;
        long since = System.nanoTime();
        try {
            while (System.nanoTime() - since < timeout.toNanos()) {
                try {
                    return answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    heartbeat.run();
                }
                if (download.received() != seen) {
                    seen = download.received();
                    since = System.nanoTime();
                }
            }
            throw failed(
                    image,
                    "nothing has come for " + timeout.toSeconds() + " s (glance_timeout), after " + seen + " bytes",
                    null);
        } catch (ExecutionException e) {
            Throwable root = Throwables.getRootCause(e);
            String why = root instanceof Exception known ? Texts.reason(known) : root.toString();
            throw failed(image, why + ", after " + download.received() + " bytes", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(image, "interrupted", e);
        } finally {
            answer.cancel(true);
        }
    }

    private GlanceException failed(GlanceImage image, String why, @Nullable Exception cause) {
        return new GlanceException("cannot fetch image " + image.id() + " from " + endpoint + ": " + why, cause);
    }

    /** What Glance means by a status (api-ref/source/v2/images-data.inc). */
    private static String meaning(int status) {
        return switch (status) {
            case 204 -> " (the image has no data yet)";
            case 401 -> " (the request's token is missing, wrong or expired)";
            case 403 -> " (this user may not download it)";
            case 404 -> " (there is no such image, or this user may not see it)";
            default -> "";
        };
    }
}
