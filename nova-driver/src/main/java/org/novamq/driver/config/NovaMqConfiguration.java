package org.novamq.driver.config;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.logging.common.ConsoleAppenderFactory;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.novamq.image.Findings;
import org.novamq.image.NicWish;
import org.novamq.image.SplitPolicy;
import org.novamq.image.Suggestions;
import org.novamq.image.Texts;
import org.novamq.image.VectorBudget;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.HostLimitsBuilder;
import org.novamq.vif.request.VirtType;

/**
 * The service's configuration. Names follow nova.conf where Nova has them; an unknown key keeps the service from
 * starting, with the nearest known one.
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><th>Name</th><th>Default</th><th>Description</th></tr>
 * <tr><td>virt_type</td><td>kvm</td><td>kvm, qemu, lxc or parallels</td></tr>
 * <tr><td>connection_uri</td><td>qemu:///system</td><td>libvirt's URI</td></tr>
 * <tr><td>instances_path</td><td>/var/lib/novamq/instances</td><td>where disks and console logs lie</td></tr>
 * <tr><td>libvirt_timeout</td><td>300</td><td>seconds that defining or starting a domain may take</td></tr>
 * <tr><td>max_concurrent_builds</td><td>2</td><td>instances that are built side by side</td></tr>
 * <tr><td>shutdown_timeout</td><td>60</td><td>seconds that a guest has to power off when it is stopped</td></tr>
 * <tr><td>wait_soft_reboot_seconds</td><td>120</td><td>the same, when it is rebooted</td></tr>
 * <tr><td>device_detach_timeout</td><td>20</td><td>seconds that a guest has to let go of a NIC, each time</td></tr>
 * <tr><td>device_detach_attempts</td><td>8</td><td>how often it is asked to</td></tr>
 * <tr><td>max_queues</td><td>unset</td><td>the most queues of any NIC</td></tr>
 * <tr><td>host_max_queues</td><td>unset</td><td>the most queues of all instances of the host together</td></tr>
 * <tr><td>rx_queue_size, tx_queue_size</td><td>unset</td><td>256, 512 or 1024 descriptors</td></tr>
 * <tr><td>use_virtio_for_bridges</td><td>true</td><td>virtio where the image names no model</td></tr>
 * <tr><td>msi_vector_budget</td><td>auto</td><td>auto, per_vcpu, legacy, off or a number</td></tr>
 * <tr><td>policy</td><td>max-min</td><td>max-min, gcp-equal or all-or-nothing</td></tr>
 * <tr><td>strict</td><td>false</td><td>refuse an instance whose NIC would get less than it asked for</td></tr>
 * <tr><td>vhost_memory_limit_kib</td><td>unset</td><td>vhost-net's memory for one instance, KiB</td></tr>
 * <tr><td>vhostuser_max_queues</td><td>128</td><td>the most queues of a vhost-user NIC</td></tr>
 * <tr><td>vhost_net_missing</td><td>refuse</td><td>refuse or qemu, on a KVM host without /dev/vhost-net</td></tr>
 * <tr><td>hotplug_nics</td><td>1</td><td>NICs to set vectors and root ports aside for</td></tr>
 * <tr><td>vnc_enabled</td><td>false</td><td>a screen behind VNC on 127.0.0.1</td></tr>
 * <tr><td>glance_endpoint</td><td>unset</td><td>where nova-compute's images come from, without a version</td></tr>
 * <tr><td>glance_timeout</td><td>60</td><td>seconds that Glance may be silent, from 1</td></tr>
 * <tr><td>image_cache_path</td><td>unset</td><td>where they are kept; {@code _base} below instances_path</td></tr>
 * <tr><td>image_cache_age</td><td>86400</td><td>seconds that one is kept after its last use</td></tr>
 * <tr><td>flavors, images, networks</td><td>none</td><td>what instances are made of</td></tr>
 * </table>
 */
public final class NovaMqConfiguration extends Configuration {
    /** Nova's own port for its API. */
    public static final int API_PORT = 8774;

    public static final int ADMIN_PORT = 8776;

    /** libvirt: driver[+transport]://[host]/[path] (libvirt.org/uri.html). */
    private static final Pattern CONNECTION_URI = Pattern.compile("[a-z]+(\\+[a-z0-9]+)?://\\S*");

    private static final String LOOPBACK = "127.0.0.1";

    /** Dropwizard's own, with the id of the request that a line was written for. */
    private static final String LOG_FORMAT = "%-5level [%d{ISO8601,UTC}] %X{request_id:--} %c: %m%n%rootException";

    @JsonProperty("virt_type")
    private String virtType = VirtType.KVM.text();

    @JsonProperty("connection_uri")
    private String connectionUri = "qemu:///system";

    @JsonProperty("instances_path")
    private String instancesPath = "/var/lib/novamq/instances";

    @JsonProperty("libvirt_timeout")
    private int libvirtTimeout = 300;

    @JsonProperty("max_concurrent_builds")
    private int maxConcurrentBuilds = 2;

    @JsonProperty("shutdown_timeout")
    private int shutdownTimeout = 60;

    @JsonProperty("wait_soft_reboot_seconds")
    private int waitSoftRebootSeconds = 120;

    @JsonProperty("device_detach_timeout")
    private int deviceDetachTimeout = 20;

    @JsonProperty("device_detach_attempts")
    private int deviceDetachAttempts = 8;

    @JsonProperty("max_queues")
    private @Nullable Integer maxQueues;

    @JsonProperty("host_max_queues")
    private @Nullable Integer hostMaxQueues;

    @JsonProperty("rx_queue_size")
    private @Nullable Integer rxQueueSize;

    @JsonProperty("tx_queue_size")
    private @Nullable Integer txQueueSize;

    @JsonProperty("use_virtio_for_bridges")
    private boolean useVirtioForBridges = true;

    @JsonProperty("msi_vector_budget")
    private String msiVectorBudget = VectorBudget.Rule.AUTO.text();

    @JsonProperty("policy")
    private String policy = SplitPolicy.MAX_MIN.text();

    @JsonProperty("strict")
    private boolean strict;

    @JsonProperty("vhost_memory_limit_kib")
    private @Nullable Integer vhostMemoryLimitKib;

    @JsonProperty("vhostuser_max_queues")
    private int vhostuserMaxQueues = HostLimits.DPDK_MAX_QUEUES;

    @JsonProperty("vhost_net_missing")
    private VhostNetMissing vhostNetMissing = VhostNetMissing.REFUSE;

    @JsonProperty("hotplug_nics")
    private int hotplugNics = HostLimits.DEFAULT_HOTPLUG_NICS;

    @JsonProperty("vnc_enabled")
    private boolean vncEnabled;

    @JsonProperty("glance_endpoint")
    private @Nullable String glanceEndpoint;

    @JsonProperty("glance_timeout")
    private int glanceTimeout = 60;

    @JsonProperty("image_cache_path")
    private @Nullable String imageCachePath;

    @JsonProperty("image_cache_age")
    private int imageCacheAge = 86_400;

    @JsonProperty("flavors")
    private List<FlavorConfig> flavors = List.of();

    @JsonProperty("images")
    private List<ImageConfig> images = List.of();

    @JsonProperty("networks")
    private List<NetworkConfig> networks = List.of();

    /** Loopback only, unless the file says otherwise (and the service then refuses to start without authentication). */
    public NovaMqConfiguration() {
        DefaultServerFactory server = new DefaultServerFactory();
        server.setApplicationConnectors(List.of(connector(API_PORT)));
        server.setAdminConnectors(List.of(connector(ADMIN_PORT)));
        setServerFactory(server);
        ConsoleAppenderFactory<ILoggingEvent> console = new ConsoleAppenderFactory<>();
        console.setLogFormat(LOG_FORMAT);
        DefaultLoggingFactory logging = new DefaultLoggingFactory();
        logging.setAppenders(List.of(console));
        setLoggingFactory(logging);
    }

    private static HttpConnectorFactory connector(int port) {
        HttpConnectorFactory connector = new HttpConnectorFactory();
        connector.setBindHost(LOOPBACK);
        connector.setPort(port);
        return connector;
    }

    /**
     * Has a mapper read this as people mean it: a key without a value is the key's default; an entry of a list without
     * one is a mistake; so is a fraction or an empty text for a number, and a number or an empty text for true or false.
     */
    static ObjectMapper prepare(ObjectMapper mapper) {
        mapper.setDefaultSetterInfo(JsonSetter.Value.construct(Nulls.SKIP, Nulls.FAIL));
        mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        mapper.coercionConfigFor(LogicalType.Integer)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail);
        mapper.coercionConfigFor(LogicalType.Boolean)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail);
        return mapper;
    }

    /** What is wrong with the values, all of it; their form has been checked by the parser. */
    public void check(Findings findings) {
        known(findings, "virt_type", virtType, VirtType.of(virtType), VirtType.names());
        known(findings, "msi_vector_budget", msiVectorBudget, VectorBudget.of(msiVectorBudget), VectorBudget.names());
        known(findings, "policy", policy, SplitPolicy.of(policy), SplitPolicy.names());
        range(findings, "libvirt_timeout", libvirtTimeout, 1, 86_400);
        range(findings, "max_concurrent_builds", maxConcurrentBuilds, 1, 64);
        range(findings, "shutdown_timeout", shutdownTimeout, 0, 86_400);
        range(findings, "wait_soft_reboot_seconds", waitSoftRebootSeconds, 0, 86_400);
        range(findings, "device_detach_timeout", deviceDetachTimeout, 1, 3_600);
        range(findings, "device_detach_attempts", deviceDetachAttempts, 1, 100);
        range(findings, "max_queues", maxQueues, 1, Integer.MAX_VALUE);
        range(findings, "host_max_queues", hostMaxQueues, 1, Integer.MAX_VALUE);
        range(findings, "vhost_memory_limit_kib", vhostMemoryLimitKib, 1, Integer.MAX_VALUE);
        range(findings, "vhostuser_max_queues", vhostuserMaxQueues, 1, NicWish.MAX_QUEUES);
        range(findings, "hotplug_nics", hotplugNics, 0, HostLimits.MAX_HOTPLUG_NICS);
        range(findings, "glance_timeout", glanceTimeout, 1, 3_600);
        range(findings, "image_cache_age", imageCacheAge, 0, Integer.MAX_VALUE);
        ringSize(findings, "rx_queue_size", rxQueueSize);
        ringSize(findings, "tx_queue_size", txQueueSize);
        if (!CONNECTION_URI.matcher(connectionUri).matches()) {
            findings.problem(
                    "connection_uri",
                    connectionUri,
                    "cannot use " + Texts.quote(connectionUri) + ": a libvirt URI like qemu:///system is needed");
        }
        absolute(findings, "instances_path", instancesPath);
        if (imageCachePath != null) {
            absolute(findings, "image_cache_path", imageCachePath);
        }
        if (glanceEndpoint != null && !isEndpoint(glanceEndpoint)) {
            // not what it is: it may hold a password
            findings.problem(
                    "glance_endpoint",
                    "",
                    "cannot use it: an address like http://controller:9292 is needed, without user, query or fragment");
        }
    }

    static void absolute(Findings findings, String key, String path) {
        if (!path.startsWith("/")) {
            findings.problem(key, path, "cannot use a relative path: libvirt needs it absolute");
        }
    }

    private static boolean isEndpoint(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean plain = uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null;
            return http && plain && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    static <T> void known(Findings findings, String key, String value, Optional<T> read, List<String> names) {
        if (read.isEmpty()) {
            findings.problem(
                    key,
                    value,
                    "cannot use " + Texts.quote(value) + ": it must be " + Texts.choice(names)
                            + Suggestions.hint(value, names));
        }
    }

    private static void range(Findings findings, String key, @Nullable Integer value, int min, int max) {
        if (value != null && (value < min || value > max)) {
            findings.problem(key, value, "cannot use " + value + ": it must be from " + min + " to " + max);
        }
    }

    private static void ringSize(Findings findings, String key, @Nullable Integer value) {
        if (value != null && !HostLimits.RING_SIZES.contains(value)) {
            findings.problem(key, value, "cannot make rings of " + value + " descriptors: 256, 512 or 1024");
        }
    }

    public VirtType virtType() {
        return VirtType.of(virtType).orElseThrow();
    }

    public String connectionUri() {
        return connectionUri;
    }

    public String instancesPath() {
        return instancesPath;
    }

    /** Seconds. */
    public int libvirtTimeout() {
        return libvirtTimeout;
    }

    public int maxConcurrentBuilds() {
        return maxConcurrentBuilds;
    }

    /** Seconds. */
    public int shutdownTimeout() {
        return shutdownTimeout;
    }

    /** Seconds. */
    public int waitSoftRebootSeconds() {
        return waitSoftRebootSeconds;
    }

    /** Seconds. */
    public int deviceDetachTimeout() {
        return deviceDetachTimeout;
    }

    public int deviceDetachAttempts() {
        return deviceDetachAttempts;
    }

    /** Absent where no images come from Glance. */
    public Optional<URI> glanceEndpoint() {
        return Optional.ofNullable(glanceEndpoint).map(URI::create);
    }

    /** Seconds. */
    public int glanceTimeout() {
        return glanceTimeout;
    }

    /** Nova's place for them, unless the file says otherwise. */
    public String imageCachePath() {
        return imageCachePath == null ? instancesPath + "/_base" : imageCachePath;
    }

    /** Seconds. */
    public int imageCacheAge() {
        return imageCacheAge;
    }

    public List<FlavorConfig> flavors() {
        return flavors;
    }

    public List<ImageConfig> images() {
        return images;
    }

    public List<NetworkConfig> networks() {
        return networks;
    }

    /** What the deployer allows; the machine's own facts (kernel, vhost-net) are not in it. */
    public HostLimits hostLimits() {
        HostLimitsBuilder limits = HostLimits.builder()
                .useVirtioForBridges(useVirtioForBridges)
                .vectorBudget(VectorBudget.of(msiVectorBudget).orElseThrow())
                .policy(SplitPolicy.of(policy).orElseThrow())
                .strict(strict)
                .vhostuserMaxQueues(vhostuserMaxQueues)
                .qemuWithoutVhostNet(vhostNetMissing == VhostNetMissing.QEMU)
                .hotplugNics(hotplugNics)
                .vnc(vncEnabled)
                .networkMaxQueues(networkMaxQueues());
        Optional.ofNullable(maxQueues).ifPresent(limits::maxQueues);
        Optional.ofNullable(hostMaxQueues).ifPresent(limits::hostMaxQueues);
        Optional.ofNullable(rxQueueSize).ifPresent(limits::rxQueueSize);
        Optional.ofNullable(txQueueSize).ifPresent(limits::txQueueSize);
        Optional.ofNullable(vhostMemoryLimitKib).ifPresent(limits::vhostMemoryLimitKib);
        return limits.build();
    }

    private Map<String, Integer> networkMaxQueues() {
        Map<String, Integer> maximum = new HashMap<>();
        for (NetworkConfig network : networks) {
            if (network.maxQueues() != null) {
                maximum.put(network.id(), network.maxQueues());
            }
        }
        return maximum;
    }
}
