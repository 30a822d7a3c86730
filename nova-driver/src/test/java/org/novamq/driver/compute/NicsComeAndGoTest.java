package org.novamq.driver.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novamq.driver.compute.Computes.ONE;
import static org.novamq.driver.compute.Computes.act;
import static org.novamq.driver.compute.Computes.fault;
import static org.novamq.driver.compute.Computes.granted;
import static org.novamq.driver.compute.Computes.nic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.libvirt.HypervisorException.Kind;
import org.novamq.driver.libvirt.InMemoryHypervisor;
import org.novamq.vif.request.HostLimits;

/** NICs that come and go: into what the others leave, late, or where nobody could tell. */
class NicsComeAndGoTest {
    @TempDir
    private Path root;

    private InMemoryHypervisor hypervisor;
    private LibvirtComputeDriver driver;
    private Computes computes;

    @BeforeEach
    void setUp() {
        computes = new Computes(root);
        hypervisor = computes.hypervisor;
        driver = computes.driver();
    }

    @Test
    void aNicGetsFewerQueuesWhereThoseThatRunLeaveFewer() {
        HostLimits six = HostLimits.builder().hostMaxQueues(6).build();
        LibvirtComputeDriver limited = computes.driver(six);
        computes.boot(limited, ONE, 8, six, 4);

        Instance instance = limited.attachInterface(ONE, nic(1).put("queues", 4));

        assertThat(granted(instance, 0)).isEqualTo(4);
        assertThat(granted(instance, 1)).isEqualTo(2);
        assertThat(hypervisor.xml(ONE)).contains("queues=\"2\"");
        assertThat(instance.record()
                        .blueprint()
                        .nicPlan(1)
                        .at("/limits/0/limit")
                        .asText())
                .isEqualTo("host");
    }

    @Test
    void aNicThatTheGuestLetsGoOfLateIsDetachedAllTheSame() {
        computes.boot(driver, ONE, 2, 1);
        hypervisor.fail("detachDevice", Kind.FAILED);
        driver.detachInterface(ONE, "p1");
        driver.perform(ONE);

        assertThat(fault(driver.info(ONE)))
                .contains("(cannot detachDevice); it stays attached until the guest lets go");
        assertThat(driver.recover()).isEmpty();
        assertThat(driver.info(ONE).interfaces()).hasSize(2);

        hypervisor.heal("detachDevice");
        hypervisor.letGo(ONE, "fa:16:3e:00:00:01");
        assertThat(driver.recover()).containsExactly(ONE);
        driver.resume(ONE);

        Instance instance = driver.info(ONE);
        assertThat(instance.record().blueprint().indexOf("p1")).isEmpty();
        assertThat(instance.record().leaving()).isEmpty();
        assertThat(fault(instance)).isEmpty();
        assertThat(driver.recover()).isEmpty();
    }

    @Test
    void aPciDeviceOfTheHostComesAndGoesOnlyWhileTheInstanceIsOff() {
        computes.boot(driver, ONE, 2);
        ObjectNode nic = nic(1);
        ((ObjectNode) nic.get("vif"))
                .put("type", "hostdev_physical")
                .put("vnic_type", "direct-physical")
                .putObject("profile")
                .put("pci_slot", "0000:0a:00.1");
        String refusal = "cannot hot-plug NIC p1 of instance " + ONE + ": one of type hostdev_physical";
        assertThatThrownBy(() -> driver.attachInterface(ONE, nic))
                .isInstanceOf(InstanceException.class)
                .hasMessageContaining(refusal);

        act(driver, ONE, Action.STOP);
        driver.attachInterface(ONE, nic);
        act(driver, ONE, Action.START);
        assertThatThrownBy(() -> driver.detachInterface(ONE, "p1"))
                .isInstanceOf(InstanceException.class)
                .hasMessageContaining(refusal);

        act(driver, ONE, Action.STOP);
        assertThat(driver.detachInterface(ONE, "p1")).isTrue();
        driver.perform(ONE);
        assertThat(driver.detachInterface(ONE, "p1")).isFalse();
    }

    @Test
    void aNicThatSomebodyElseTakesOutStaysOurs() {
        computes.boot(driver, ONE, 2, 1);
        hypervisor.letGo(ONE, "fa:16:3e:00:00:01");

        assertThat(driver.recover()).isEmpty();
        assertThat(driver.info(ONE).record().blueprint().nicCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNicThatComesLateGoesAgainUnlessItIsAskedForOnceMore(boolean again) {
        computes.boot(driver, ONE, 2);
        hypervisor.loseAttachments();
        assertThatThrownBy(() -> driver.attachInterface(ONE, nic(1))).hasMessage("no answer from libvirt");
        assertThat(driver.recover()).isEmpty();

        hypervisor.findAttachments();
        assertThat(driver.info(ONE).interfaces()).hasSize(2);
        if (again) {
            driver.attachInterface(ONE, nic(1));
        }
        assertThat(driver.recover()).isEqualTo(again ? List.of() : List.of(ONE));
        driver.resume(ONE);
        driver.resume(ONE);

        assertThat(driver.info(ONE).interfaces()).hasSize(again ? 2 : 1);
        assertThat(driver.recover()).isEmpty();
    }
}
