package org.novamq.driver.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.driver.libvirt.Domain;
import org.novamq.driver.libvirt.HypervisorException.Kind;
import org.novamq.driver.libvirt.PowerState;
import org.novamq.vif.request.HostLimits;

/** What is counted of domains, whoever made them and whatever is being done to them. */
class HostUsageTest {
    @ParameterizedTest
    @CsvSource({
        "kvm, bridge, virtio, vhost, 4, 4, 10",
        "kvm, ethernet, virtio, vhost, 4, 4, 10",
        "kvm, direct, virtio, vhost, 4, 4, 10",
        "kvm, bridge, virtio, qemu, 4, 0, 10",
        "qemu, bridge, virtio, qemu, 4, 0, 10",
        "kvm, vhostuser, virtio, vhost, 4, 0, 10",
        "kvm, bridge, e1000e, vhost, 0, 0, 0"
    })
    void aNicOfSomebodyElse(
            String virtType, String type, String model, String driver, int queues, int threads, int vectors) {
        String xml = "<domain type='" + virtType + "'><devices><interface type='" + type + "'><model type='" + model
                + "'/><driver name='" + driver + "' queues='4'/></interface></devices></domain>";
        Domain domain = new Domain(new UUID(9, 9), "theirs", PowerState.RUNNING, xml, false);

        assertThat(HostUsage.of(List.of(domain)))
                .isEqualTo(new HostUsage(1, 0, queues > 0 ? 1 : 0, queues, threads, vectors));
    }

    /** Before it is built, while it is changed, and afterwards. */
    @Test
    void aNicCountsTheSameWhateverIsBeingDone(@TempDir Path root) {
        Computes computes = new Computes(root);
        LibvirtComputeDriver driver = computes.driver(HostLimits.DEFAULT);
        Claim claim = driver.claim(computes.request(Computes.ONE, 4, HostLimits.DEFAULT, 4, 1));
        HostUsage four = new HostUsage(1, 1, 2, 5, 0, 14);
        assertThat(driver.hostUsage()).as("claimed").isEqualTo(four);
        driver.spawn(claim);
        assertThat(driver.hostUsage()).as("built").isEqualTo(four);
        driver.rebuild(Computes.ONE, computes.rebuild());
        assertThat(driver.hostUsage()).as("to be rebuilt").isEqualTo(four);
    }

    @Test
    void aNicWithoutQueuesCountsNeitherBeforeNorAfterwards(@TempDir Path root) {
        Computes computes = new Computes(root);
        LibvirtComputeDriver driver = computes.driver(HostLimits.DEFAULT);
        Claim claim = driver.claim(computes.request(
                Computes.ONE, 4, HostLimits.builder().useVirtioForBridges(false).build(), 1));
        HostUsage none = new HostUsage(1, 1, 0, 0, 0, 0);
        assertThat(driver.hostUsage()).as("claimed").isEqualTo(none);
        driver.spawn(claim);
        assertThat(driver.hostUsage()).as("built").isEqualTo(none);
    }

    @Test
    void aPlanThatSomebodyEditedCountsAsItsDomain(@TempDir Path root) {
        Computes computes = new Computes(root);
        LibvirtComputeDriver driver = computes.driver(HostLimits.DEFAULT);
        computes.boot(driver, Computes.ONE);
        String xml = computes.hypervisor.xml(Computes.ONE);
        String edited = xml.replaceFirst("(\"plan\":.*?\"nics\":)\\[\\]", "$1[{}, {\"interface_xml\": \"no XML\"}]");
        assertThat(edited).isNotEqualTo(xml);
        computes.hypervisor.put(
                Computes.ONE,
                edited.replace(
                        "</devices>",
                        "<interface type='bridge'><model type='virtio'/><driver queues='4'/></interface></devices>"));

        assertThat(driver.hostUsage()).isEqualTo(new HostUsage(1, 1, 1, 4, 0, 10));
    }

    /** Nothing of it runs again, so it keeps nobody from what there is. */
    @Test
    void whatCouldNotBeBuiltWasPromisedNothing(@TempDir Path root) {
        Computes computes = new Computes(root);
        LibvirtComputeDriver driver = computes.driver(HostLimits.DEFAULT);
        Claim claim = driver.claim(computes.request(Computes.ONE, 4, HostLimits.DEFAULT, 4));
        computes.hypervisor.fail("define", Kind.INVALID);
        driver.spawn(claim);
        assertThat(driver.hostUsage()).isEqualTo(new HostUsage(1, 1, 0, 0, 0, 0));
    }
}
