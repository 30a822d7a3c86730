package org.novamq.vif.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.NicWish;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.Requests;
import org.novamq.vif.request.ConflictRule;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.Overrides;

/** Who is heard, who is overridden and said to be, and who is refused. */
class WishesTest {
    private static final int VCPUS = 7;
    private static final Overrides WARN =
            new Overrides(Optional.empty(), Optional.empty(), Optional.empty(), ConflictRule.WARN);

    /** Columns hold queues, or are empty where nobody says anything; flavor and image hold true or false. */
    @ParameterizedTest(name = "port {0}, nic {1}, tag {2}, flavor {3}, image {4}")
    @CsvSource({
        // port, nic, tag, flavor, image, queues, source
        ", , , , , 1, default",
        "2, 3, 4, true, true, 2, port",
        ", 3, 4, true, true, 3, nic",
        ", , 4, true, true, 4, tag",
        ", , , true, true, 7, flavor",
        ", , , true, , 7, flavor",
        ", , , , true, 7, image",
        ", , , false, , 1, default",
        ", , , , false, 1, default",
        ", , , false, false, 1, default",
        "1, , , , false, 1, port",
        ", 1, , false, false, 1, nic",
        ", , 1, false, , 1, tag",
        ", 256, , , , 256, nic",
        "1, 4, , true, , 1, port",
    })
    void theFirstThatSpeaksIsHeard(
            @Nullable Integer port,
            @Nullable Integer nic,
            @Nullable Integer tag,
            @Nullable String flavor,
            @Nullable String image,
            int queues,
            String source) {
        Requests request = Requests.vcpus(VCPUS).nic(Requests.bridge("a"), wish(port), wish(nic), wish(tag));
        Optional.ofNullable(flavor).ifPresent(value -> request.spec("hw:vif_multiqueue_enabled", value));
        Optional.ofNullable(image).ifPresent(value -> request.image("hw_vif_multiqueue_enabled", value));
        Findings findings = new Findings();
        List<Wish> wishes = Wishes.of(request.build(), findings);
        findings.throwIfAny();
        assertThat(wishes).hasSize(1);
        assertThat(wishes.get(0).queues()).isEqualTo(queues);
        assertThat(wishes.get(0).source().text()).isEqualTo(source);
    }

    @ParameterizedTest
    @CsvSource({"HIGH, 7, 7", "MEDIUM, 7, 4", "MEDIUM, 8, 4", "MEDIUM, 1, 1", "LOW, 7, 1", "HIGH, 1, 1"})
    void throughputIsAShareOfTheVcpus(NicWish.Throughput level, int vcpus, int queues) {
        var request = Requests.vcpus(vcpus)
                .nic(Requests.bridge("a"), Optional.empty(), Optional.of(level), Optional.empty())
                .build();
        assertThat(Wishes.of(request, new Findings())).containsExactly(new Wish(queues, Source.NIC));
    }

    @Test
    void whatIsOverriddenIsAWarning() {
        var request = Requests.vcpus(VCPUS)
                .spec("hw:vif_multiqueue_enabled", "yes")
                .nic(Requests.bridge("a"), wish(2), wish(3), wish(4))
                .build();
        assertThat(InstancePlanner.plan(request, HostLimits.DEFAULT).warnings())
                .containsExactly(
                        "NIC a: the port asks for 2 queues, which overrides the 3 of the nic",
                        "NIC a: the port asks for 2 queues, which overrides the 4 of the tag",
                        "NIC a: the port asks for 2 queues, which overrides the 7 of the flavor");
    }

    @Test
    void whatAgreesIsNoWarning() {
        var request = Requests.vcpus(2)
                .spec("hw:vif_multiqueue_enabled", "yes")
                .image("hw_vif_multiqueue_enabled", "1")
                .nic(Requests.bridge("a"), wish(2), wish(2), wish(2))
                .build();
        assertThat(InstancePlanner.plan(request, HostLimits.DEFAULT).warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, true, no", "1, yes, maybe", "2, on, 0", "16, false, true", "1, f, t"})
    void flavorAndImageThatDifferAreRefusedAtAnyVcpuCount(int vcpus, String flavor, String image) {
        var request = Requests.vcpus(vcpus)
                .spec("hw:vif_multiqueue_enabled", flavor)
                .image("hw_vif_multiqueue_enabled", image)
                .nic(Requests.bridge("a"))
                .build();
        assertThatThrownBy(() -> InstancePlanner.plan(request, HostLimits.DEFAULT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("FlavorImageConflict");
    }

    @ParameterizedTest
    @CsvSource({"1, true, false", "16, false, true"})
    void theyAreAWarningWhereTheRequestSaysSoAndMultiqueueIsOff(int vcpus, String flavor, String image) {
        var request = Requests.vcpus(vcpus)
                .spec("hw:vif_multiqueue_enabled", flavor)
                .image("hw_vif_multiqueue_enabled", image)
                .overrides(WARN)
                .nic(Requests.bridge("a"))
                .build();
        InstancePlan plan = InstancePlanner.plan(request, HostLimits.DEFAULT);
        assertThat(plan.nics().get(0).requested()).isEqualTo(Wish.NONE);
        assertThat(plan.warnings())
                .containsExactly("flavor f has hw:vif_multiqueue_enabled explicitly set to " + flavor
                        + ", conflicting with the image, which has hw_vif_multiqueue_enabled explicitly set to " + image
                        + " (FlavorImageConflict): multiqueue is off for the instance");
    }

    @Test
    void aWarningOfAConflictAllowsNoNicToAskForQueues() {
        var request = Requests.vcpus(4)
                .spec("hw:vif_multiqueue_enabled", "true")
                .image("hw_vif_multiqueue_enabled", "false")
                .overrides(WARN)
                .nic(Requests.bridge("a"), 2)
                .build();
        assertThatThrownBy(() -> InstancePlanner.plan(request, HostLimits.DEFAULT))
                .hasMessageContaining("the image's hw_vif_multiqueue_enabled reads as false");
    }

    @Test
    void queuesAgainstAnImageThatSaysNoAreRefusedForEveryNicAtOnce() {
        var request = Requests.vcpus(4)
                .image("hw_vif_multiqueue_enabled", "no")
                .nic(Requests.bridge("a"), 2)
                .nic(Requests.bridge("b"), 1)
                .nic(Requests.bridge("c"), wish(3), Optional.empty(), Optional.empty())
                .nic(Requests.bridge("d"), Optional.empty(), Optional.empty(), wish(4))
                .build();
        assertThatThrownBy(() -> InstancePlanner.plan(request, HostLimits.DEFAULT))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.problems())
                                .extracting(problem -> problem.field() + ": " + problem.message())
                                .containsExactly(
                                        "nics[0].queues: cannot give NIC a 2 queues: the image's"
                                                + " hw_vif_multiqueue_enabled reads as false",
                                        "nics[2].vif.profile.queues: cannot give NIC c 3 queues: the image's"
                                                + " hw_vif_multiqueue_enabled reads as false",
                                        "nics[3].tag: cannot give NIC d 4 queues: the image's"
                                                + " hw_vif_multiqueue_enabled reads as false"));
    }

    @Test
    void queuesAgainstAFlavorThatSaysNoAreRefused() {
        var request = Requests.vcpus(4)
                .spec("hw:vif_multiqueue_enabled", "maybe")
                .nic(Requests.bridge("a"), 2)
                .build();
        assertThatThrownBy(() -> InstancePlanner.plan(request, HostLimits.DEFAULT))
                .hasMessageContaining("the flavor's hw:vif_multiqueue_enabled reads as false");
    }

    private static Optional<NicWish> wish(@Nullable Integer queues) {
        return Optional.ofNullable(queues).map(NicWish.Queues::new);
    }
}
