package org.novamq.driver.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.SplitPolicy;
import org.novamq.image.VectorBudget;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.VirtType;

class NovaMqConfigurationTest {
    private static final String EVERY_KEY = """
            virt_type: qemu
            connection_uri: qemu:///session
            instances_path: /srv/instances
            libvirt_timeout: 60
            max_concurrent_builds: 5
            max_queues: 16
            host_max_queues: 640
            rx_queue_size: 512
            tx_queue_size: 1024
            use_virtio_for_bridges: false
            msi_vector_budget: '300'
            policy: gcp-equal
            strict: true
            vhost_memory_limit_kib: 4096
            vhostuser_max_queues: 64
            vhost_net_missing: qemu
            hotplug_nics: 3
            vnc_enabled: true
            glance_endpoint: https://images.example:9292/glance
            glance_timeout: 7
            image_cache_path: /srv/images
            image_cache_age: 0
            flavors: [{id: f, name: small, vcpus: 2, max_vcpus: 4, ram: 512, disk: 1, extra_specs: {'mq:strict': 'true'}}]
            images: [{id: i, name: deb, path: /srv/deb.qcow2, disk_format: qcow2, properties: {os_distro: debian}}]
            networks: [{id: n, name: blue, bridge: br0, mtu: 9000, max_queues: 8}]
            """;

    @Test
    void defaultsAreThoseOfTheTable() throws Exception {
        NovaMqConfiguration configuration = read("{}");

        assertThat(problems(configuration)).isEmpty();
        assertThat(configuration.virtType()).isEqualTo(VirtType.KVM);
        assertThat(configuration.connectionUri()).isEqualTo("qemu:///system");
        assertThat(configuration.instancesPath()).isEqualTo("/var/lib/novamq/instances");
        assertThat(configuration.libvirtTimeout()).isEqualTo(300);
        assertThat(configuration.maxConcurrentBuilds()).isEqualTo(2);
        assertThat(configuration.hostLimits()).isEqualTo(HostLimits.DEFAULT);
        assertThat(configuration.glanceEndpoint()).isEmpty();
        assertThat(configuration.glanceTimeout()).isEqualTo(60);
        assertThat(configuration.imageCachePath()).isEqualTo("/var/lib/novamq/instances/_base");
        assertThat(configuration.imageCacheAge()).isEqualTo(86_400);
        assertThat(configuration.flavors()).isEmpty();
        assertThat(configuration.images()).isEmpty();
        assertThat(configuration.networks()).isEmpty();
    }

    @Test
    void aKeyWithoutAValueIsItsDefault() throws Exception {
        NovaMqConfiguration configuration = read("virt_type:\nlibvirt_timeout:\nuse_virtio_for_bridges:\nnetworks:\n");

        assertThat(problems(configuration)).isEmpty();
        assertThat(configuration.virtType()).isEqualTo(VirtType.KVM);
        assertThat(configuration.libvirtTimeout()).isEqualTo(300);
        assertThat(configuration.hostLimits()).isEqualTo(HostLimits.DEFAULT);
        assertThat(refusal("networks: [null]")).contains("networks");
    }

    @Test
    void listensOnLoopbackUnlessToldOtherwise() throws Exception {
        DefaultServerFactory server = (DefaultServerFactory) read("{}").getServerFactory();

        assertThat(server.getApplicationConnectors()).singleElement().satisfies(connector -> {
            assertThat(((HttpConnectorFactory) connector).getBindHost()).isEqualTo("127.0.0.1");
            assertThat(((HttpConnectorFactory) connector).getPort()).isEqualTo(8774);
        });
        assertThat(server.getAdminConnectors()).singleElement().satisfies(connector -> {
            assertThat(((HttpConnectorFactory) connector).getBindHost()).isEqualTo("127.0.0.1");
            assertThat(((HttpConnectorFactory) connector).getPort()).isEqualTo(8776);
        });
    }

    @Test
    void everyKeyIsRead() throws Exception {
        NovaMqConfiguration configuration = read(EVERY_KEY);

        assertThat(problems(configuration)).isEmpty();
        assertThat(configuration.virtType()).isEqualTo(VirtType.QEMU);
        assertThat(configuration.connectionUri()).isEqualTo("qemu:///session");
        assertThat(configuration.instancesPath()).isEqualTo("/srv/instances");
        assertThat(configuration.libvirtTimeout()).isEqualTo(60);
        assertThat(configuration.maxConcurrentBuilds()).isEqualTo(5);
        assertThat(configuration.glanceEndpoint()).contains(URI.create("https://images.example:9292/glance"));
        assertThat(configuration.glanceTimeout()).isEqualTo(7);
        assertThat(configuration.imageCachePath()).isEqualTo("/srv/images");
        assertThat(configuration.imageCacheAge()).isZero();
        assertThat(configuration.hostLimits())
                .isEqualTo(HostLimits.builder()
                        .maxQueues(16)
                        .hostMaxQueues(640)
                        .rxQueueSize(512)
                        .txQueueSize(1024)
                        .useVirtioForBridges(false)
                        .vectorBudget(new VectorBudget.Fixed(300))
                        .policy(SplitPolicy.GCP_EQUAL)
                        .strict(true)
                        .vhostMemoryLimitKib(4096)
                        .vhostuserMaxQueues(64)
                        .qemuWithoutVhostNet(true)
                        .hotplugNics(3)
                        .vnc(true)
                        .networkMaxQueues(Map.of("n", 8))
                        .build());
        assertThat(configuration.flavors())
                .containsExactly(new FlavorConfig("f", "small", 2, 4, 512, 1, Map.of("mq:strict", "true")));
        assertThat(configuration.images())
                .containsExactly(new ImageConfig("i", "deb", "/srv/deb.qcow2", "qcow2", Map.of("os_distro", "debian")));
        assertThat(configuration.networks()).containsExactly(new NetworkConfig("n", "blue", "br0", 9000, 8));
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestKnownOne() {
        assertThat(refusal("max_queue: 4"))
                .isEqualTo("max_queue: cannot use the key 'max_queue': there is none of this name"
                        + " (did you mean 'max_queues'?)");
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        String refusal = refusal("""
                virt_type: xen
                instances_path: instances
                libvirt_timeout: 0
                max_queues: 0
                rx_queue_size: 300
                msi_vector_budget: lots
                policy: max_min
                hotplug_nics: 29
                vhostuser_max_queues: 257
                glance_timeout: 0
                image_cache_path: images
                image_cache_age: -1
                """);

        assertThat(refusal)
                .contains(
                        "virt_type: cannot use 'xen': it must be kvm, qemu, lxc or parallels",
                        "max_queues: cannot use 0: it must be from 1 to 2147483647",
                        "rx_queue_size: cannot make rings of 300 descriptors: 256, 512 or 1024",
                        "policy: cannot use 'max_min': it must be max-min, gcp-equal or all-or-nothing"
                                + " (did you mean 'max-min'?)",
                        "hotplug_nics: cannot use 29: it must be from 0 to 28",
                        "vhostuser_max_queues: cannot use 257: it must be from 1 to 256",
                        "instances_path: cannot use a relative path: libvirt needs it absolute",
                        "image_cache_path: cannot use a relative path: libvirt needs it absolute",
                        "glance_timeout: cannot use 0: it must be from 1 to 3600",
                        "image_cache_age: cannot use -1")
                .contains("libvirt_timeout")
                .contains("msi_vector_budget");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "controller:9292",
                "ftp://controller",
                "http://",
                "http://me:secret@controller",
                "http://controller?a=b",
                "http://controller#x",
                "http://a b"
            })
    void anAddressOfGlanceIsWhole(String address) {
        assertThat(refusal("glance_endpoint: '" + address + "'"))
                .isEqualTo("glance_endpoint: cannot use it: an address like http://controller:9292 is needed,"
                        + " without user, query or fragment");
    }

    @Test
    void theCatalogueIsCheckedWhole() {
        String refusal = refusal("""
                flavors: [{id: f, name: f, vcpus: 0, ram: 0, disk: -1}, {id: f, name: g, vcpus: 2, max_vcpus: 1, ram: 1, disk: 0}]
                images: [{id: i, name: i}, {id: j, name: j, path: x}, {id: k, name: k, path: /k, disk_format: qcow3,
                  properties: {kernel_id: j, ramdisk_id: jj}}]
                networks: [{id: n, name: n, max_queues: 0}, {id: o, name: o, bridge: a b, mtu: 65535}]
                """);

        assertThat(refusal)
                .contains("flavors[0].vcpus", "flavors[0].ram", "flavors[0].disk", "flavors[1].max_vcpus")
                .contains("flavors[1].id: cannot use the id 'f' twice")
                .contains("images[0].path", "images[1].disk_format")
                .contains("images[1].path: cannot use a relative path: libvirt needs it absolute")
                .contains("images[2].disk_format: cannot use 'qcow3': it must be raw, qcow2, aki or ari"
                        + " (did you mean 'qcow2'?)")
                .contains("images[2].properties.ramdisk_id: cannot find the image 'jj'")
                .doesNotContain("properties.kernel_id")
                .contains("networks[0].bridge", "networks[0].max_queues")
                .contains("networks[1].bridge: cannot use 'a b'")
                .contains("networks[1].mtu: cannot use 65535: it must be from 68 to 65521");
    }

    @Test
    void aReferenceIsAnIdOrAUniqueName() throws Exception {
        NovaMqConfiguration configuration = read("""
                networks: [{id: a, name: x, bridge: b}, {id: x, name: y, bridge: b}, {id: c, name: twin, bridge: b},
                  {id: d, name: twin, bridge: b}]
                """);
        Findings findings = new Findings();
        Catalog catalog = Catalog.of(configuration, findings);

        assertThat(catalog.network("x", "f", findings).map(NetworkConfig::id)).isEqualTo(Optional.of("x"));
        assertThat(catalog.network("y", "f", findings).map(NetworkConfig::id)).isEqualTo(Optional.of("x"));
        assertThat(text(findings)).isEmpty();
        assertThat(catalog.network("twin", "f", findings)).isEmpty();
        assertThat(text(findings))
                .isEqualTo("f: cannot tell which network 'twin' is: [c, d] have this name, use an id");
    }

    private static String problems(NovaMqConfiguration configuration) {
        Findings findings = new Findings();
        configuration.check(findings);
        Catalog.of(configuration, findings);
        return text(findings);
    }

    private static String text(Findings findings) {
        try {
            findings.throwIfAny();
            return "";
        } catch (InvalidRequestException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** All problems of a file, a line each. */
    private static String refusal(String yaml) {
        try {
            read(yaml);
            throw new AssertionError("read: " + yaml);
        } catch (InvalidRequestException e) {
            return String.valueOf(e.getMessage());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static NovaMqConfiguration read(String yaml) throws Exception {
        return new ConfigurationReader(Validators.newValidator(), Jackson.newObjectMapper(), "dw")
                .build(path -> new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "test");
    }
}
