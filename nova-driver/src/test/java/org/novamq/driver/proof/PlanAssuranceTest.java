package org.novamq.driver.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.BootSource;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.json.Json;

/** When a stored plan is believed without a look into the guest. */
class PlanAssuranceTest {
    private static final String MAC = "fa:16:3e:00:00:01";
    private static final String KNOWN = "{\"os_distro\": \"debian\", \"os_version\": \"12\"}";

    @Test
    void aPlanOfAKnownGuestWithVectorsLeftIsBelieved() {
        assertThat(of(KNOWN, "4", 28, nic(MAC, 4)))
                .isEqualTo(new PlanAssurance("the plan takes 28 of 796 vectors", Optional.empty()));
    }

    @Test
    void aPlanNearItsBudgetIsNot() {
        assertThat(of(KNOWN, "4", 790, nic(MAC, 4)).doubt().orElseThrow())
                .startsWith("the plan takes 790 of 796 vectors");
    }

    @Test
    void aBudgetOfAGuestThatIsNotKnownIsAGuess() {
        assertThat(of("{}", "4", 28, nic(MAC, 4)).doubt()).contains("the image does not say which guest it is");
        assertThat(of("{\"os_distro\": \"templeos\"}", "4", 28, nic(MAC, 4))
                        .doubt()
                        .orElseThrow())
                .startsWith("the image names a guest that is not known (os_distro 'templeos'");
    }

    @Test
    void devicesThatAreHandedOverTakeVectorsThatNobodyKnows() {
        assertThat(of(KNOWN, "null", 28, nic(MAC, 1)).doubt())
                .contains("the guest has devices that are handed over whole (1), whose vectors are not known");
    }

    @Test
    void aDomainThatHasMoreThanThePlanIsNotThePlans() {
        assertThat(of(KNOWN, "4", 28, nic(MAC, 8)).doubt())
                .contains("the domain's NIC fa:16:3e:00:00:01 with 8 queues is not as in the plan");
        assertThat(of(KNOWN, "4", 28, nic(MAC, 4), nic("fa:16:3e:00:00:09", 1)).doubt())
                .contains("the domain's NIC fa:16:3e:00:00:09 with 1 queues is not as in the plan");
        assertThat(of(KNOWN, "4", 28).doubt()).as("a NIC less").isEmpty();
    }

    private static PlanAssurance of(String properties, String granted, int used, LiveInterface... nics) {
        Blueprint blueprint = new Blueprint(
                "i",
                "f",
                new BootSource(Optional.empty(), Optional.empty(), Optional.empty()),
                0,
                0,
                false,
                Json.parseObject("{\"image\": {\"properties\": " + properties
                        + "}, \"nics\": [{\"vif\": {\"id\": \"p\", \"address\": \"" + MAC + "\"}}]}"),
                Json.parseObject("{\"nics\": [{\"id\": \"p\", \"granted\": " + granted
                        + "}], \"vectors\": {\"budget\": 796, \"used\": " + used + ", \"origin\": \"o\"}}"),
                1);
        return PlanAssurance.of(blueprint, List.of(nics));
    }

    private static LiveInterface nic(String mac, int queues) {
        return new LiveInterface("bridge", mac, Optional.empty(), true, Optional.of("qemu"), queues, Optional.empty());
    }
}
