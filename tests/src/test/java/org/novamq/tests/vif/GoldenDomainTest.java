package org.novamq.tests.vif;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.driver.libvirt.LibvirtHypervisor;
import org.novamq.driver.libvirt.LibvirtSettings;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.NicPlan;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.xml.DomainSpec;
import org.novamq.vif.xml.DomainXml;
import org.xml.sax.SAXException;

/**
 * Whole domains: every golden NIC in one, and what else a domain can have ({@code golden/domains/variants.json}). Each is
 * valid by libvirt's schema and is defined in its test driver; the variants are compared to the byte as well.
 */
class GoldenDomainTest {
    private static final Path GOLDEN = GoldenRequests.DIRECTORY.resolve("domains");

    private static Optional<LibvirtHypervisor> libvirt = Optional.empty();

    @BeforeAll
    static void connect() {
        libvirt = Optional.of(new LibvirtHypervisor(LibvirtSettings.of("test:///default")));
    }

    @AfterAll
    static void close() {
        libvirt.ifPresent(LibvirtHypervisor::close);
    }

    static Stream<String> variants() throws IOException {
        return variantsJson().properties().stream().map(entry -> entry.getKey());
    }

    static Stream<String> plannedShapes() throws IOException {
        return GoldenTest.shapes().filter(shape -> !shape.equals("refused"));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void isWhatItWas(String variant) throws IOException, SAXException {
        String xml = domain((ObjectNode) variantsJson().get(variant));
        GoldenTest.compare(GOLDEN.resolve(variant + ".xml"), xml + "\n");
        checkForm(xml);
    }

    @ParameterizedTest
    @MethodSource("plannedShapes")
    void everyNicFitsIntoADomain(String shape) throws IOException, SAXException {
        checkForm(domain(Json.MAPPER.createObjectNode().put("shape", shape)));
    }

    @Test
    void everyGoldenHasItsVariant() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".xml"))
                            .map(name -> name.replace(".xml", "")))
                    .containsExactlyInAnyOrderElementsOf(variants().toList());
        }
    }

    private static void checkForm(String xml) throws IOException, SAXException {
        assertThat(InterfaceSchema.load().complaintsAboutDomain(xml)).isEmpty();
        LibvirtHypervisor hypervisor = libvirt.orElseThrow();
        hypervisor.define(xml);
        var uuid = hypervisor.list().stream()
                .filter(domain -> domain.name().equals("golden"))
                .findFirst()
                .orElseThrow()
                .uuid();
        hypervisor.undefine(uuid);
        assertThat(hypervisor.find(uuid)).isEmpty();
    }

    private static ObjectNode variantsJson() throws IOException {
        return Json.parseObject(Files.readString(GOLDEN.resolve("variants.json")));
    }

    private static String domain(ObjectNode variant) throws IOException {
        ObjectNode json =
                (ObjectNode) GoldenRequests.all().get(variant.get("shape").asText());
        copy(variant, "machine", json);
        copies(json, variant.path("nics").asInt(json.get("nics").size()));
        copy(variant, "max_vcpus", (ObjectNode) json.get("flavor"));
        copy(variant, "hotplug_nics", (ObjectNode) json.get("host"));
        merge(variant.path("image"), (ObjectNode) json.at("/image/properties"));
        merge(variant.path("extra_specs"), (ObjectNode) json.at("/flavor/extra_specs"));
        HostLimits deployer =
                HostLimits.builder().vnc(variant.path("vnc").asBoolean()).build();
        var question = PlanRequestReader.read(json, deployer);
        String boot = variant.path("boot").asText("disk");
        PlanRequest request = question.request().withRootDisk(!boot.equals("kernel only"));
        Optional<String> configDrive = Optional.of("/instances/golden/disk.config")
                .filter(path -> variant.path("config_drive").asBoolean());
        boolean rescue = variant.path("rescue").asBoolean();
        return DomainXml.of(spec(request, question.host(), boot.startsWith("kernel"), rescue, configDrive));
    }

    private static DomainSpec spec(
            PlanRequest request, HostLimits host, boolean kernel, boolean rescue, Optional<String> configDrive) {
        int vcpus = request.flavor().vcpus();
        InstancePlan plan = InstancePlanner.plan(request, host);
        return new DomainSpec(
                request.instance().uuid(),
                "golden",
                "{\"name\":\"\\u003c\"}",
                request.virtType(),
                request.machineType(),
                new DomainSpec.Size(
                        vcpus,
                        request.flavor().maxVcpus().orElse(vcpus),
                        request.flavor().memoryMib()),
                Optional.of(new DomainSpec.DirectBoot(
                                "/images/vmlinuz",
                                Optional.of("/images/initramfs"),
                                request.image().commandLine()))
                        .filter(boot -> kernel),
                Optional.of(new DomainSpec.RootDisk("/instances/golden/disk" + (rescue ? ".rescue" : ""), true))
                        .filter(disk -> request.rootDisk()),
                Optional.of(new DomainSpec.OwnDisk(
                                new DomainSpec.RootDisk("/instances/golden/disk", true),
                                plan.devices().ownDiskBus(plan.ledger(), vcpus)))
                        .filter(disk -> rescue),
                configDrive,
                "/instances/golden/console.log",
                plan.devices(),
                plan.nics().stream().map(NicPlan::device).toList());
    }

    /** None of the request's NICs, or its first one as often as this, each with an id, an address and a tap of its own. */
    private static void copies(ObjectNode json, int count) {
        ArrayNode nics = (ArrayNode) json.get("nics");
        if (count == 0) {
            nics.removeAll();
        }
        for (int i = nics.size(); i < count; i++) {
            ObjectNode nic = nics.get(0).deepCopy();
            ObjectNode vif = (ObjectNode) nic.get("vif");
            vif.put("id", String.format("00000000-0000-4000-8000-%012x", i));
            vif.put("address", String.format("fa:16:3e:00:01:%02x", i));
            vif.put("devname", "tap" + i);
            nics.add(nic);
        }
    }

    private static void copy(ObjectNode from, String key, ObjectNode to) {
        if (from.has(key)) {
            to.set(key, from.get(key));
        }
    }

    private static void merge(JsonNode from, ObjectNode to) {
        from.properties().forEach(entry -> to.set(entry.getKey(), entry.getValue()));
    }
}
