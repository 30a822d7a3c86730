package org.novamq.driver.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.jackson.Jackson;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.Mockito;
import org.novamq.driver.config.Catalog;
import org.novamq.driver.config.ConfigurationReader;
import org.novamq.driver.config.NovaMqConfiguration;
import org.novamq.driver.host.NetDevices;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.image.Findings;

/** Every configured thing that the host lacks is reported in one sentence. */
class StartReportTest {
    private static List<String> missing(Path root, String yaml) throws Exception {
        NovaMqConfiguration configuration = new ConfigurationReader(null, Jackson.newObjectMapper(), "dw")
                .build(path -> new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "test");
        return new StartReport(
                        configuration,
                        Catalog.of(configuration, new Findings()),
                        Mockito.mock(Hypervisor.class),
                        new NetDevices(root))
                .missing();
    }

    @Test
    void whatIsThereIsNotSaid(@TempDir Path root) throws Exception {
        Path image = Files.createFile(root.resolve("deb.raw"));
        Files.createDirectories(root.resolve("sys/class/net/br0"));
        assertThat(missing(
                        root,
                        "instances_path: " + root + "/a/b\nimages: [{id: i, name: deb, path: " + image
                                + ", disk_format: raw}]\nnetworks: [{id: n, name: n, bridge: br0}]"))
                .isEmpty();
    }

    @Test
    void whatIsMissingIsSaid(@TempDir Path root) throws Exception {
        Path file = Files.createFile(root.resolve("a-file"));
        assertThat(missing(
                        root,
                        "instances_path: " + file + "/below\nimages: [{id: i, name: deb, path: " + root
                                + "/none.raw, disk_format: raw}]\nnetworks: [{id: n, name: blue, bridge: br0}]"))
                .containsExactly(
                        "cannot write in instances_path " + file + "/below: no right to; instances cannot be made",
                        "cannot read images[0].path " + root
                                + "/none.raw: there is no such file; image deb cannot be booted",
                        "cannot find networks[0].bridge br0: the host has no such device; network blue cannot be used");
    }
}
