package org.novamq.driver.api;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.novamq.driver.config.NovaMqConfiguration;

/** The real service over libvirt's own test driver, on a free port: everything but QEMU. */
final class TestService implements AutoCloseable {
    private static final String NODE = """
            <node><cpu><mhz>1000</mhz><model>i686</model><nodes>1</nodes><sockets>1</sockets><cores>4</cores>
            <threads>1</threads><active>4</active></cpu><memory>8192000</memory></node>""";

    private final HttpClient http = HttpClient.newHttpClient();
    private final DropwizardTestSupport<NovaMqConfiguration> service;

    /**
     * Starts it.
     *
     * @param directory its own; instances go to {@code instances} below it
     * @param configuration what there is beside the hypervisor and the instances' place
     */
    TestService(Path directory, String configuration) throws Exception {
        Path node = Files.writeString(directory.resolve("node.xml"), NODE);
        String yaml = """
                virt_type: qemu
                connection_uri: test://%s
                instances_path: %s/instances
                """.formatted(node, directory);
        Path file = Files.writeString(directory.resolve("novamq.yaml"), yaml + configuration);
        service = new DropwizardTestSupport<>(
                NovaMqApplication.class, file.toString(), ConfigOverride.config("logging.level", "WARN"));
        service.addListener(new DropwizardTestSupport.ServiceListener<>() {
            @Override
            public void onRun(
                    NovaMqConfiguration read,
                    Environment environment,
                    DropwizardTestSupport<NovaMqConfiguration> rule) {
                DefaultServerFactory server = (DefaultServerFactory) read.getServerFactory();
                ((HttpConnectorFactory) server.getApplicationConnectors().get(0)).setPort(0);
                ((HttpConnectorFactory) server.getAdminConnectors().get(0)).setPort(0);
            }
        });
        service.before();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(json(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> put(String path, String body) throws IOException, InterruptedException {
        return send(json(path).PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpRequest.Builder json(String path) {
        return request(path).header("Content-Type", "application/json");
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.getLocalPort() + path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
    }

    int port() {
        return service.getLocalPort();
    }

    @Override
    public void close() {
        service.after();
    }
}
