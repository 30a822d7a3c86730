package org.novamq.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.driver.proof.Verdict;
import org.novamq.image.GuestFamily;
import org.novamq.image.GuestOs;
import org.novamq.image.GuestProfile;
import org.novamq.image.NicWish;
import org.novamq.image.VectorBudget;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.NicPlan;
import org.novamq.vif.queue.Ledger;
import org.novamq.vif.queue.LimitName;
import org.novamq.vif.queue.Source;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostLimits;

/** {@code specs/multiqueue-per-nic.rst}: wishes, caps, ledger, budgets, profiles. */
class SpecTablesTest {
    private static final int[] VCPUS = {1, 2, 4, 8, 40, 100};

    /** {@code 3}, {@code 1 + V}, {@code V + 1, at most 16}, {@code 201 · V − 8}, {@code 189 − 2}. */
    private static final Pattern FORMULA =
            Pattern.compile("(?:(\\d+) · )?(?:(\\d+) \\+ )?(V)?(?: ([+−]) )?(\\d+)?(?:, at most (\\d+))?");

    private static final Pattern DIFFERENCE = Pattern.compile("(\\d+) − (\\d+)");

    private static RstDocument spec() throws IOException {
        return RstDocument.read("specs/multiqueue-per-nic.rst");
    }

    @Test
    void sourcesInTheirOrder() throws IOException {
        assertThat(RstDocument.literals(spec().table("Source"), 0))
                .containsExactlyElementsOf(
                        Arrays.stream(Source.values()).map(Source::text).toList());
    }

    @Test
    void limitsInTheirOrder() throws IOException {
        assertThat(RstDocument.literals(spec().table("Limit"), 0).distinct())
                .containsExactlyElementsOf(
                        Arrays.stream(LimitName.values()).map(LimitName::text).toList());
    }

    @Test
    void numbersOfTheLimits() throws IOException {
        List<List<String>> rows = spec().table("Limit");
        assertThat(number(rows, "backend", "vhost-user")).startsWith(HostLimits.DPDK_MAX_QUEUES + ",");
        assertThat(number(rows, "backend", "macvtap")).isEqualTo(String.valueOf(NicWish.MAX_QUEUES));
        assertThat(number(rows, "host_tap", "taps: ethernet and bridge")).isEqualTo(String.valueOf(NicWish.MAX_QUEUES));
        assertThat(number(rows, "irq_routes", "virtio NICs, under kvm only"))
                .isEqualTo(String.format("%,d", Ledger.KVM_MAX_IRQ_ROUTES));
        assertThat(number(rows, "model", "virtio under Windows"))
                .isEqualTo(String.valueOf(granted("{\"os_type\": \"windows\"}", 64, 256, "{}")));
        assertThat(number(rows, "host_tap", "taps under kernels 3.x; older ones; while ``max_queues`` is unset"))
                .isEqualTo(granted("{}", 64, 256, "{\"kernel_release\": \"3.10.0\"}") + "; "
                        + granted("{}", 64, 256, "{\"kernel_release\": \"2.6.32\"}"));
        assertThat(rows).anySatisfy(row -> {
            assertThat(row.get(0)).contains("vhost_memory");
            assertThat(row.get(3)).contains(Ledger.VHOST_KIB_PER_QUEUE + " KiB for each queue pair");
        });
    }

    private static String number(List<List<String>> rows, String limit, String holdsFor) {
        return rows.stream()
                .filter(row -> row.get(0).contains(limit) && row.get(2).equals(holdsFor))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row of " + limit + " for " + holdsFor))
                .get(1);
    }

    @Test
    void vectorsOfEveryDevice() throws IOException {
        List<List<String>> rows = spec().table("Device").stream()
                .filter(row -> !RstDocument.literals(row.get(0)).isEmpty())
                .toList();
        assertThat(RstDocument.literals(rows, 0)).containsExactlyInAnyOrderElementsOf(DeviceKind.names());
        for (List<String> row : rows) {
            List<String> names = RstDocument.literals(row.get(0));
            for (int i = 0; i < names.size(); i++) {
                DeviceKind kind = DeviceKind.of(names.get(i)).orElseThrow();
                String taken = ofMany(row.get(1), i, names.size());
                String offered = ofMany(row.get(2), i, names.size());
                for (int vcpus : VCPUS) {
                    assertThat(kind.used(vcpus)).as("%s, %s vCPUs", kind, vcpus).isEqualTo(value(taken, vcpus));
                    assertThat(kind.offered(vcpus))
                            .as("%s, %s vCPUs", kind, vcpus)
                            .isEqualTo(value(offered, vcpus));
                }
            }
        }
    }

    /** {@code 2, 3} for two kinds in one row, or one number for both. */
    private static String ofMany(String cell, int index, int count) {
        String[] parts = cell.split(", ", -1);
        return count > 1 && parts.length == count ? parts[index] : cell;
    }

    /** From the best to the worst. */
    @Test
    void verdictsInTheirOrder() throws IOException {
        assertThat(RstDocument.literals(spec().table("Verdict"), 0))
                .containsExactlyElementsOf(
                        Arrays.stream(Verdict.values()).map(Verdict::name).toList());
    }

    @Test
    void vectorsOfANic() throws IOException {
        List<String> row = spec().table("Device").get(0);
        assertThat(row.subList(0, 3)).containsExactly("virtio NIC, N queue pairs", "2N + 1", "2N + 2");
        IntStream.of(1, 2, 8, 64).forEach(queues -> {
            NicPlan nic = plan("{}", queues, queues, "{\"msi_vector_budget\": \"off\"}")
                    .nics()
                    .get(0);
            assertThat(nic.usedVectors()).isEqualTo(2 * queues + 1);
            assertThat(nic.reservedVectors()).isEqualTo(2 * queues + 2);
        });
    }

    /** Each id of the table, or each class where a driver finds its devices by class. */
    @Test
    void vectorsOfWhatIsHandedOver() throws IOException {
        List<List<String>> rows = spec().table("Driver");
        assertThat(rows).hasSizeGreaterThan(10);
        for (List<String> row : rows) {
            for (String device : RstDocument.literals(row.get(1))) {
                for (int vcpus : VCPUS) {
                    assertThat(assigned(device, vcpus).usedVectors())
                            .as("%s, %s, %s vCPUs", row.get(0), device, vcpus)
                            .isEqualTo(value(row.get(2), vcpus));
                }
            }
        }
    }

    /** @param device {@code 15b3:1018}, a vendor, or the first digits of a class */
    private static NicPlan assigned(String device, int vcpus) {
        String known = device.contains(":")
                ? "\"vendor\": \"" + device + "\""
                : device.equals("10de") || device.equals("03")
                        ? "\"vendor\": \"10de:0001\", \"class\": \"030000\""
                        : "\"class\": \"" + (device + "000000").substring(0, 6) + "\"";
        String request = """
                {"instance": {"uuid": "%s", "name": "table"}, "flavor": {"vcpus": %d}, "image": {}, "virt_type": "kvm",
                 "host": {"msi_vector_budget": "off", "pci_devices": {"0000:0a:00.1": {%s}}},
                 "nics": [{"vif": {"id": "1", "type": "hostdev_physical", "address": "fa:16:3e:00:00:01",
                 "vnic_type": "direct-physical", "profile": {"pci_slot": "0000:0a:00.1"},
                 "network": {"id": "n"}}}]}""".formatted(new UUID(0, 1), vcpus, known);
        var question = PlanRequestReader.read(Json.parseObject(request), HostLimits.DEFAULT);
        return InstancePlanner.plan(question.request(), question.host(), question.findings())
                .nics()
                .get(0);
    }

    @Test
    void budgets() throws IOException {
        List<List<String>> rows = spec().table("Profile");
        assertThat(RstDocument.literals(rows, 0))
                .containsExactlyInAnyOrderElementsOf(VectorBudget.names().stream()
                        .filter(name -> VectorBudget.of(name).isPresent())
                        .filter(name -> !name.equals(VectorBudget.Rule.AUTO.text()))
                        .toList());
        for (String profile : List.of("per_vcpu", "legacy")) {
            String formula = rows.stream()
                    .filter(row -> RstDocument.literals(row.get(0)).contains(profile))
                    .findFirst()
                    .orElseThrow()
                    .get(1);
            for (int vcpus : VCPUS) {
                String host = "{\"msi_vector_budget\": \"" + profile + "\"}";
                assertThat(plan("{}", vcpus, 1, host).ledger().budget())
                        .as("%s, %s vCPUs", profile, vcpus)
                        .contains(value(withLines(formula), vcpus));
            }
        }
    }

    /** Each system's vectors, and how many pairs of a NIC its driver sets up. */
    @Test
    void systemsAndTheirVectors() throws IOException {
        Map<String, String> images = Map.of(
                "Linux from 4.15 on", "{\"os_distro\": \"debian\", \"os_version\": \"12\"}",
                "Linux before 4.15", "{\"os_distro\": \"centos\", \"os_version\": \"7\"}",
                "Linux 2.6.32; unknown", "{\"os_distro\": \"centos\", \"os_version\": \"6\"}",
                "Windows", "{\"os_type\": \"windows\"}",
                "FreeBSD", "{\"os_distro\": \"freebsd\", \"os_version\": \"14.1\"}",
                "FreeBSD with ALTQ", "{\"os_distro\": \"pfsense\", \"os_version\": \"2.7\"}",
                "OpenBSD", "{\"os_distro\": \"openbsd\", \"os_version\": \"7.4\"}",
                "aarch64 with a GICv2",
                        "{\"hw_architecture\": \"aarch64\", \"os_distro\": \"debian\", \"os_version\": \"12\"}");
        List<List<String>> rows = spec().table("System");
        assertThat(rows).extracting(row -> row.get(0)).containsExactlyInAnyOrderElementsOf(images.keySet());
        for (List<String> row : rows) {
            String image = Objects.requireNonNull(images.get(row.get(0)));
            for (int vcpus : VCPUS) {
                assertThat(plan(image, vcpus, 1, "{}").ledger().budget())
                        .as("%s, %s vCPUs", row.get(0), vcpus)
                        .contains(value(withLines(row.get(1)), vcpus));
            }
            NicPlan nic =
                    plan(image, 64, 64, "{\"msi_vector_budget\": 4000}").nics().get(0);
            int most = row.get(3).equals("any") ? 64 : Integer.parseInt(row.get(3));
            assertThat(nic.granted()).as(row.get(0)).contains(most);
            int perPair = row.get(2).startsWith("2N") ? 2 : 1;
            int fixed = Integer.parseInt(row.get(2).substring(row.get(2).length() - 1));
            assertThat(nic.usedVectors()).as(row.get(0)).isEqualTo(perPair * most + fixed);
        }
    }

    /** L and G of q35, as the table of the lines has them. */
    private static String withLines(String formula) throws IOException {
        List<String> cell = List.of(spec().table("Machine").stream()
                .filter(row -> row.get(0).equals("q35"))
                .findFirst()
                .orElseThrow()
                .get(2)
                .split(", G = ", -1));
        return formula.replace("L", cell.get(0)).replace("G", cell.get(1));
    }

    /** The last release before Linux 4.15 and the first from it on; without a version both are possible. */
    @Test
    void firstReleasesWithVectorsForEachVcpu() throws IOException {
        for (List<String> row : spec().table("``os_distro``")) {
            for (String distro : RstDocument.literals(row.get(0))) {
                assertThat(family(distro, row.get(1)))
                        .as("%s %s", distro, row.get(1))
                        .isIn(GuestFamily.LINUX_BEFORE_4_15, GuestFamily.LINUX_2_6_32);
                assertThat(family(distro, row.get(2)))
                        .as("%s %s", distro, row.get(2))
                        .isEqualTo(GuestFamily.LINUX);
                assertThat(family(distro, "")).as(distro).isEqualTo(GuestFamily.UNKNOWN);
            }
        }
    }

    /** The table of the ways in which a version is written. */
    @Test
    void readingsOfVersions() throws IOException {
        for (List<String> row : spec().table("Written")) {
            List<String> written = RstDocument.literals(row.get(0));
            GuestProfile profile = profile(written.get(0), written.size() > 1 ? written.get(1) : "");
            String meaning = row.get(1);
            if (meaning.startsWith("unknown")) {
                assertThat(profile.family()).as(row.toString()).isEqualTo(GuestFamily.UNKNOWN);
                assertThat(profile.warning()).as(row.toString()).isPresent();
            } else {
                assertThat(profile.system()).endsWith(": " + meaning);
            }
        }
    }

    private static GuestFamily family(String distro, String version) {
        return profile(distro, version).family();
    }

    private static GuestProfile profile(String distro, String version) {
        return new GuestOs(Optional.empty(), Optional.of(distro), Optional.of(version)).profile();
    }

    /** What a formula of the specification comes to. */
    private static int value(String formula, int vcpus) {
        Matcher difference = DIFFERENCE.matcher(formula);
        if (difference.matches()) {
            return Integer.parseInt(difference.group(1)) - Integer.parseInt(difference.group(2));
        }
        Matcher parts = FORMULA.matcher(formula);
        if (!parts.matches()) {
            throw new AssertionError("cannot read the formula " + formula);
        }
        int scaled = parts.group(3) == null ? 0 : vcpus * number(parts.group(1), 1);
        int constant = number(parts.group(2), 0) + number(parts.group(5), 0) * ("−".equals(parts.group(4)) ? -1 : 1);
        return Math.min(scaled + constant, number(parts.group(6), Integer.MAX_VALUE));
    }

    private static int number(@org.jspecify.annotations.Nullable String digits, int absent) {
        return digits == null ? absent : Integer.parseInt(digits);
    }

    private static int granted(String image, int vcpus, int queues, String host) {
        return plan(image, vcpus, queues, host).nics().get(0).granted().orElseThrow();
    }

    /** One tap NIC that asks for so many queues. */
    private static InstancePlan plan(String image, int vcpus, int queues, String host) {
        String request = """
                {"instance": {"uuid": "%s", "name": "table"}, "flavor": {"vcpus": %d}, "image": {"properties": %s},
                 "virt_type": "kvm", "host": %s, "nics": [{"queues": %d, "vif": {"id": "1", "type": "tap",
                 "address": "fa:16:3e:00:00:01", "vnic_type": "normal", "devname": "tap1",
                 "network": {"id": "n", "bridge": "br0"}}}]}""".formatted(new UUID(0, 1), vcpus, image, host, queues);
        var question = PlanRequestReader.read(Json.parseObject(request), HostLimits.DEFAULT);
        return InstancePlanner.plan(question.request(), question.host(), question.findings());
    }
}
