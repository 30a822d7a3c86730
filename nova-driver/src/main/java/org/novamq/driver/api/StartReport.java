package org.novamq.driver.api;

import io.dropwizard.lifecycle.ServerLifecycleListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.novamq.driver.config.Catalog;
import org.novamq.driver.config.ImageConfig;
import org.novamq.driver.config.NetworkConfig;
import org.novamq.driver.config.NovaMqConfiguration;
import org.novamq.driver.host.NetDevices;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log, once the service listens, what is missing on the host (one sentence each) and then in one line that it
 * is ready: its addresses, libvirt, the images. What is missing may come later, so the service runs without it. Works on
 * a thread of its own, because libvirt may not answer.
 */
final class StartReport implements ServerLifecycleListener {
    private static final Logger LOG = LoggerFactory.getLogger(StartReport.class);

    private final NovaMqConfiguration configuration;
    private final Catalog catalog;
    private final Hypervisor hypervisor;
    private final NetDevices devices;

    StartReport(NovaMqConfiguration configuration, Catalog catalog, Hypervisor hypervisor, NetDevices devices) {
        this.configuration = configuration;
        this.catalog = catalog;
        this.hypervisor = hypervisor;
        this.devices = devices;
    }

    @Override
    public void serverStarted(Server server) {
        List<String> addresses = Stream.of(server.getConnectors())
                .filter(ServerConnector.class::isInstance)
                .map(ServerConnector.class::cast)
                .map(StartReport::address)
                .toList();
        Thread report = new Thread(() -> report(addresses), "start-report");
        report.setDaemon(true);
        report.start();
    }

    private static String address(ServerConnector connector) {
        String host = Optional.ofNullable(connector.getHost()).orElse("0.0.0.0");
        String what = "admin".equals(connector.getName()) ? "administration" : "API";
        return what + " http://" + host + ":" + connector.getLocalPort();
    }

    private void report(List<String> addresses) {
        missing().forEach(LOG::warn);
        LOG.info("ready: {}; {}; {}", String.join(", ", addresses), libvirt(), images());
    }

    /** Returns a sentence for each configured thing that is missing. */
    List<String> missing() {
        List<String> sentences = new ArrayList<>();
        Path instances = Path.of(configuration.instancesPath());
        if (!isWritable(instances)) {
            sentences.add("cannot write in instances_path " + instances + ": no right to; instances cannot be made");
        }
        for (int i = 0; i < catalog.images().size(); i++) {
            ImageConfig image = catalog.images().get(i);
            String path = image.path();
            if (path != null && !Files.isReadable(Path.of(path))) {
                sentences.add("cannot read images[" + i + "].path " + path + ": "
                        + (Files.exists(Path.of(path)) ? "no right to" : "there is no such file")
                        + "; image " + image.name() + " cannot be booted");
            }
        }
        for (int i = 0; i < catalog.networks().size(); i++) {
            NetworkConfig network = catalog.networks().get(i);
            if (!devices.exists(network.bridge())) {
                sentences.add("cannot find networks[" + i + "].bridge " + network.bridge()
                        + ": the host has no such device; network " + network.name() + " cannot be used");
            }
        }
        return sentences;
    }

    /** A directory that is not there yet can be made where the nearest one above it can be written in. */
    private static boolean isWritable(Path directory) {
        Path existing = directory.toAbsolutePath();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
    }

    private String libvirt() {
        String uri = configuration.connectionUri();
        try {
            return "libvirt " + uri + " answers, " + count(hypervisor.list().size(), "domain");
        } catch (HypervisorException e) {
            LOG.warn(
                    "{}; instances can be neither made nor changed until it answers",
                    oneLine(String.valueOf(e.getMessage())));
            return "libvirt " + uri + " does not answer";
        }
    }

    private String images() {
        long there = catalog.images().stream()
                .filter(image -> image.path() != null && Files.isReadable(Path.of(image.path())))
                .count();
        long configured =
                catalog.images().stream().filter(image -> image.path() != null).count();
        return configured == there ? count(configured, "image") : there + " of " + count(configured, "image");
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String oneLine(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining(" "));
    }
}
