package org.novamq.tests.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.driver.libvirt.LibvirtHypervisor;
import org.novamq.driver.libvirt.LibvirtSettings;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.NicPlan;
import org.novamq.vif.queue.PciTopology;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.xml.DomainSpec;
import org.novamq.vif.xml.DomainXml;

/**
 * libvirt completes our domains with no PCI controller that is not in the plan: machine types, numbers and models of NICs
 * and disks, defined on a real QEMU driver and read back. (The test driver completes no PCI addresses.)
 */
class PciTopologyIT {
    private static final boolean FULL = Boolean.getBoolean("novamq.full");
    private static final UUID DOMAIN = new UUID(0x5f3a5ab4L << 32, 1);
    private static final Pattern CONTROLLER = Pattern.compile("<controller type='pci' index='\\d+' model='([a-z-]+)'");

    private static final List<Integer> SAMPLE = List.of(0, 1, 25, 57, 120, 230);
    private static final List<Integer> ALL =
            List.of(0, 1, 8, 24, 25, 26, 31, 32, 55, 56, 57, 58, 63, 87, 120, 200, 230, 250);

    private static Optional<LibvirtHypervisor> libvirt = Optional.empty();

    /** @param screen whether there is VNC */
    private record Shape(String machine, String model, int nics, String disk, int hotplugNics, boolean screen) {}

    @BeforeAll
    static void connect() {
        libvirt = Optional.of(new LibvirtHypervisor(LibvirtSettings.of("qemu:///system")));
    }

    @AfterAll
    static void close() {
        libvirt.ifPresent(LibvirtHypervisor::close);
    }

    static Stream<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>();
        List<String> disks = FULL ? List.of("virtio", "scsi", "sata", "none") : List.of("virtio", "none");
        for (String machine : FULL ? List.of("q35", "pc", "pc-q35-5.1", "pc-i440fx-2.12") : List.of("q35", "pc")) {
            for (String model : FULL
                    ? List.of("virtio", "e1000", "e1000e", "rtl8139", "vmxnet3", "ne2k_pci", "pcnet")
                    : List.of("virtio", "e1000")) {
                for (int nics : FULL ? ALL : SAMPLE) {
                    for (String disk : disks) {
                        boolean screen = nics % 2 == 1;
                        shapes.add(new Shape(machine, model, nics, disk, screen ? 4 : 1, screen));
                    }
                }
            }
        }
        return shapes.stream();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void libvirtAddsNoController(Shape shape) {
        HostLimits host = HostLimits.builder()
                .vnc(shape.screen())
                .hotplugNics(shape.hotplugNics())
                .build();
        PlanRequestReader.Question question = PlanRequestReader.read(request(shape), host);
        PlanRequest request = question.request().withRootDisk(!shape.disk().equals("none"));
        InstancePlan plan = InstancePlanner.plan(request, host);
        LibvirtHypervisor hypervisor = libvirt.orElseThrow();
        if (!plan.limits().isEmpty()) {
            return; // PciTopologyTest has the limits; what is beyond them is not ours to define
        }
        hypervisor.define(domain(request, plan));
        try {
            assertThat(controllers(hypervisor.storedXml(DOMAIN)))
                    .as("%s", shape)
                    .isEqualTo(planned(plan.devices().pci()));
        } finally {
            hypervisor.undefine(DOMAIN);
        }
    }

    private static Map<String, Integer> controllers(String xml) {
        Map<String, Integer> models = new TreeMap<>();
        Matcher matcher = CONTROLLER.matcher(xml);
        while (matcher.find()) {
            models.merge(matcher.group(1), 1, Integer::sum);
        }
        return models;
    }

    private static Map<String, Integer> planned(PciTopology pci) {
        Map<String, Integer> models = new TreeMap<>();
        pci.controllers().forEach(controller -> models.merge(controller.model(), 1, Integer::sum));
        return models;
    }

    private static ObjectNode request(Shape shape) {
        ObjectNode request = Json.MAPPER.createObjectNode().put("virt_type", "qemu");
        request.putObject("instance").put("uuid", DOMAIN.toString()).put("name", "pci");
        request.putObject("flavor").put("name", "f").put("vcpus", 2).put("memory_mb", 256);
        ObjectNode image = request.putObject("image").putObject("properties").put("hw_vif_model", shape.model());
        if (!shape.disk().equals("none")) {
            image.put("hw_disk_bus", shape.disk());
        }
        request.put("machine", shape.machine());
        ArrayNode nics = request.putArray("nics");
        for (int i = 0; i < shape.nics(); i++) {
            ObjectNode vif = nics.addObject().putObject("vif");
            vif.put("id", "nic-" + i)
                    .put("address", String.format("fa:16:3e:00:00:%02x", i))
                    .put("type", "bridge")
                    .put("vnic_type", "normal")
                    .put("devname", "tap" + i);
            vif.putObject("network").put("id", "net").put("bridge", "br-data").put("label", "net");
        }
        return request;
    }

    private static String domain(PlanRequest request, InstancePlan plan) {
        return DomainXml.of(new DomainSpec(
                DOMAIN,
                "pci",
                "{}",
                request.virtType(),
                request.machineType(),
                new DomainSpec.Size(2, 2, 256),
                Optional.empty(),
                Optional.of(new DomainSpec.RootDisk("/var/lib/libvirt/images/pci", false))
                        .filter(disk -> request.rootDisk()),
                Optional.empty(),
                Optional.empty(),
                "/var/lib/libvirt/images/console.log",
                plan.devices(),
                plan.nics().stream().map(NicPlan::device).toList()));
    }
}
