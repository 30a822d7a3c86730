package org.novamq.driver.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.driver.instance.LiveInterface;

/** Every kind of evidence, and what follows from it. */
class JudgeTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final PlanAssurance SURE = new PlanAssurance("the plan takes 28 of 796 vectors", Optional.empty());
    private static final PlanAssurance NEAR =
            new PlanAssurance("the plan takes 190 of 193 vectors", Optional.of("the plan takes 190 of 193 vectors"));
    private static final GuestView.Sight SILENT = new GuestView.Sight(Optional.empty(), "no agent", false);
    private static final GuestView.Sight ABSENT = new GuestView.Sight(Optional.empty(), "no such NIC", true);

    @ParameterizedTest
    @CsvSource({
        // granted; maximum, active and vectors in the guest; queues of the tap
        "4, 4, 4, 9, 4, OK",
        "4, 4, 4, 9, , OK",
        "4, 4, 4, 10, 4, OK",
        "4, 4, 3, 9, 3, FEWER_ACTIVE",
        "4, 4, 1, 9, 1, NOT_ENABLED",
        "4, 4, 4, 8, 4, SHARED_VECTORS",
        "4, 4, 4, 2, 4, SHARED_VECTORS",
        "4, 4, 1, 2, 1, SHARED_VECTORS",
        "4, 4, 4, 0, 4, SHARED_VECTORS",
        "4, 1, 1, 3, 1, NOT_ENABLED",
        "4, 1, 1, 2, 1, SHARED_VECTORS",
        "4, 1, 1, 3, 4, UNKNOWN",
        "4, 2, 2, 5, 2, FEWER_ACTIVE",
        "1, 1, 1, 3, 1, OK",
        "1, 1, 1, 2, 1, SHARED_VECTORS",
        // XDP in the guest has queues of its own
        "8, 8, 4, 17, 8, FEWER_ACTIVE",
        // the guest's word is not what the host sees
        "4, 4, 4, 9, 1, UNKNOWN",
        "4, 8, 8, 9, 4, UNKNOWN"
    })
    void byTheGuestsOwnWord(int granted, int max, int active, int vectors, @Nullable Integer tap, Verdict verdict) {
        GuestView.Sight sight = sight(channels(active, max), Optional.of(vectors));
        for (PlanAssurance plan : List.of(SURE, NEAR)) {
            assertThat(Judge.of(evidence(granted, sight, tap, plan, LONG)).verdict())
                    .isEqualTo(verdict);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // granted and active in the guest, whether the plan is sure
        "4, 4, true, OK",
        "4, 4, false, UNKNOWN",
        "1, 1, true, OK",
        "1, 1, false, UNKNOWN",
        "4, 3, true, FEWER_ACTIVE",
        "4, 3, false, FEWER_ACTIVE",
        "4, 1, true, NOT_ENABLED"
    })
    void byTheGuestsOwnWordWithoutItsVectors(int granted, int active, boolean sure, Verdict verdict) {
        GuestView.Sight sight = sight(channels(active, granted), Optional.empty());
        assertThat(Judge.of(evidence(granted, sight, active, sure ? SURE : NEAR, LONG))
                        .verdict())
                .isEqualTo(verdict);
    }

    /** The guest has no ethtool: the tap says what is in use. */
    @ParameterizedTest
    @CsvSource({
        // granted, vectors in the guest, queues of the tap, whether the plan is sure
        "4, 9, 4, false, OK",
        "4, 2, 4, true, SHARED_VECTORS",
        "4, 9, 2, true, FEWER_ACTIVE",
        "4, 9, 1, true, NOT_ENABLED",
        "4, , 4, true, OK",
        "4, , 4, false, UNKNOWN",
        "4, 9, , true, UNKNOWN",
        "1, 3, 1, false, OK",
        "1, 3, , false, OK",
        "1, , 1, false, UNKNOWN"
    })
    void byTheGuestsVectorsAndTheTap(
            int granted, @Nullable Integer vectors, @Nullable Integer tap, boolean sure, Verdict verdict) {
        GuestView.Sight sight = sight(Optional.empty(), Optional.ofNullable(vectors));
        assertThat(Judge.of(evidence(granted, sight, tap, sure ? SURE : NEAR, LONG))
                        .verdict())
                .isEqualTo(verdict);
    }

    @Test
    void aDriverWithoutMultiqueueCannotBeActivated() {
        GuestNic nic = new GuestNic(
                "eth0",
                "fa:16:3e:00:00:01",
                Optional.of("virtio_net"),
                Optional.of(false),
                Optional.of(3),
                channels(1, 1),
                "");
        GuestView.Sight sight = new GuestView.Sight(Optional.of(nic), "", false);
        assertThat(Judge.of(evidence(4, sight, 1, SURE, Duration.ofSeconds(5))))
                .isEqualTo(new Judge.Ruling(
                        Verdict.NOT_ENABLED,
                        "1 of 4 queues is in use: the guest's driver did not negotiate multiqueue (VIRTIO_NET_F_MQ), by its"
                                + " virtio features; activate cannot change that"));
        assertThat(Judge.of(evidence(1, sight, 1, NEAR, LONG)).verdict())
                .as("on a NIC with one queue")
                .isEqualTo(Verdict.OK);
    }

    @Test
    void aNicWithOneQueueSaysSo() {
        assertThat(Judge.of(evidence(1, sight(channels(1, 1), Optional.of(3)), 1, NEAR, LONG)))
                .isEqualTo(new Judge.Ruling(
                        Verdict.OK,
                        "the NIC has one queue, and it is in use, by ethtool -l in the guest; the device has 3 interrupt"
                                + " vectors in the guest"));
    }

    /** VMware's model has queues of another sort, and other vectors; others have no channels at all. */
    @Test
    void vectorsAreCountedForVirtioAlone() {
        for (Optional<Integer> vectors : List.of(Optional.of(0), Optional.<Integer>empty())) {
            for (Optional<GuestNic.Channels> channels : List.of(channels(1, 1), channels(2, 2), none())) {
                Evidence evidence = new Evidence(
                        1,
                        Optional.of(nic(1, false)),
                        sight(channels, vectors),
                        false,
                        Optional.of(new Evidence.Tap(1, true)),
                        NEAR,
                        LONG);
                assertThat(Judge.of(evidence).verdict()).isEqualTo(Verdict.OK);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        // granted, queues of the tap, whether the guest has sent, whether the plan is sure, seconds that it runs
        "4, 4, true, true, 5, OK",
        "4, 4, true, false, 3600, UNKNOWN",
        "4, 4, false, true, 5, OK",
        "4, 2, true, true, 5, FEWER_ACTIVE",
        "4, 2, true, false, 5, FEWER_ACTIVE",
        "4, 1, true, true, 59, UNKNOWN",
        "4, 1, true, true, 60, NOT_ENABLED",
        "4, 1, false, true, 60, NOT_ENABLED",
        "4, 1, true, false, 3600, NOT_ENABLED",
        "1, 1, true, true, 5, OK",
        "1, 1, false, true, 3600, UNKNOWN",
        "1, 1, true, false, 5, UNKNOWN"
    })
    void byTheHostsView(int granted, int tap, boolean sent, boolean sure, int seconds, Verdict verdict) {
        Evidence evidence = new Evidence(
                granted,
                Optional.of(nic(granted, true)),
                SILENT,
                false,
                Optional.of(new Evidence.Tap(tap, sent)),
                sure ? SURE : NEAR,
                Duration.ofSeconds(seconds));
        assertThat(Judge.of(evidence).verdict()).isEqualTo(verdict);
    }

    @Test
    void theTapsReasonsNameWhatWasNotSeen() {
        assertThat(Judge.of(evidence(4, SILENT, 4, SURE, LONG)).reason())
                .isEqualTo(
                        "4 of 4 queues are in use, by the host's view of the tap; the plan takes 28 of 796 vectors, enough"
                                + " for one each");
        assertThat(Judge.of(evidence(4, SILENT, 4, NEAR, LONG)).reason())
                .isEqualTo(
                        "4 of 4 queues are in use, by the host's view of the tap; whether they share vectors cannot be"
                                + " told: the plan takes 190 of 193 vectors, and no agent");
        assertThat(Judge.of(evidence(4, SILENT, 1, SURE, LONG)).reason())
                .isEqualTo(
                        "1 of 4 queues is in use, by the host's view of the tap; the guest's driver may be one without"
                                + " multiqueue, or the guest has not enabled its queues");
    }

    @ParameterizedTest
    @CsvSource({
        // granted, queues of the tap where the host sees them, whether the plan is sure
        "4, 1, true, NIC_ABSENT",
        "1, 1, true, NIC_ABSENT",
        "4, , true, NIC_ABSENT",
        "4, 4, true, OK",
        "4, 4, false, UNKNOWN",
        "4, 2, true, FEWER_ACTIVE"
    })
    void aNicThatTheGuestDoesNotShowIsAbsentUnlessTheTapIsInUse(
            int granted, @Nullable Integer tap, boolean sure, Verdict verdict) {
        assertThat(Judge.of(evidence(granted, ABSENT, tap, sure ? SURE : NEAR, LONG))
                        .verdict())
                .isEqualTo(verdict);
    }

    @Test
    void aNicThatTheDomainDoesNotHaveIsAbsent() {
        Evidence evidence = new Evidence(4, Optional.empty(), SILENT, false, Optional.empty(), SURE, LONG);
        assertThat(Judge.of(evidence).reason()).isEqualTo("the domain has no such NIC");
    }

    @Test
    void whatNeitherSideSeesIsUnknown() {
        assertThat(Judge.of(evidence(4, SILENT, null, SURE, LONG)))
                .isEqualTo(new Judge.Ruling(Verdict.UNKNOWN, "the host cannot see this NIC's queues, and no agent"));
    }

    @Test
    void aGuestThatForbidsToBeAskedIsUnknownThoughTheTapLooksWell() {
        Evidence evidence = new Evidence(
                4, Optional.of(nic(4, true)), SILENT, true, Optional.of(new Evidence.Tap(4, true)), SURE, LONG);
        assertThat(Judge.of(evidence))
                .isEqualTo(new Judge.Ruling(Verdict.UNKNOWN, "the guest's agent does not tell: no agent"));
    }

    /** Whatever the evidence is: OK needs all queues, and vectors that were seen or a plan that is sure. */
    @Test
    void okIsNeverWithoutEvidence() {
        List<Optional<Integer>> counts = List.of(Optional.empty(), Optional.of(1), Optional.of(2), Optional.of(4));
        for (int granted : List.of(1, 2, 4)) {
            for (Optional<Integer> tap : counts) {
                for (Optional<Integer> vectors : List.of(Optional.<Integer>empty(), Optional.of(2), Optional.of(9))) {
                    for (GuestView.Sight sight : sights(vectors)) {
                        Evidence evidence = evidence(granted, sight, tap.orElse(null), NEAR, LONG);
                        if (Judge.of(evidence).verdict() == Verdict.OK) {
                            assertThat(sight.nic().flatMap(GuestNic::msiVectors).orElse(0))
                                    .as("%s", evidence)
                                    .isGreaterThanOrEqualTo(2 * granted + 1);
                        }
                    }
                }
            }
        }
    }

    private static List<GuestView.Sight> sights(Optional<Integer> vectors) {
        return Stream.concat(
                        Stream.of(SILENT, ABSENT),
                        Stream.of(none(), channels(1, 1), channels(1, 4), channels(2, 4), channels(4, 4))
                                .map(channels -> sight(channels, vectors)))
                .toList();
    }

    @Test
    void theWorstStandsForTheInstance() {
        assertThat(Verdict.OK.or(Verdict.UNKNOWN)).isEqualTo(Verdict.UNKNOWN);
        assertThat(Verdict.NIC_ABSENT.or(Verdict.SHARED_VECTORS)).isEqualTo(Verdict.NIC_ABSENT);
    }

    private static Evidence evidence(
            int granted, GuestView.Sight sight, @Nullable Integer tap, PlanAssurance plan, Duration runningFor) {
        return new Evidence(
                granted,
                Optional.of(nic(granted, true)),
                sight,
                false,
                Optional.ofNullable(tap).map(queues -> new Evidence.Tap(queues, true)),
                plan,
                runningFor);
    }

    private static GuestView.Sight sight(Optional<GuestNic.Channels> channels, Optional<Integer> vectors) {
        String complaint = channels.isPresent() ? "" : "the guest has no ethtool";
        GuestNic nic = new GuestNic(
                "eth0",
                "fa:16:3e:00:00:01",
                Optional.of("some_driver"),
                Optional.empty(),
                vectors,
                channels,
                complaint);
        return new GuestView.Sight(Optional.of(nic), complaint, false);
    }

    private static Optional<GuestNic.Channels> channels(int active, int max) {
        return Optional.of(new GuestNic.Channels(active, max));
    }

    private static Optional<GuestNic.Channels> none() {
        return Optional.empty();
    }

    private static LiveInterface nic(int queues, boolean virtio) {
        return new LiveInterface(
                "bridge", "fa:16:3e:00:00:01", Optional.empty(), virtio, Optional.of("qemu"), queues, Optional.empty());
    }
}
