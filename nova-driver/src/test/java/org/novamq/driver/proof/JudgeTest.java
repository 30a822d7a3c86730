package org.novamq.driver.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.driver.instance.LiveInterface;

/** Every kind of evidence, and what follows from it. */
class JudgeTest {
    private static final Duration LONG = Duration.ofHours(1);

    @ParameterizedTest
    @CsvSource({
        // granted, active and vectors in the guest
        "4, 4, 9, OK",
        "4, 3, 9, FEWER_ACTIVE",
        "4, 1, 9, NOT_ENABLED",
        "4, 4, 2, SHARED_VECTORS",
        "4, 1, 2, SHARED_VECTORS",
        "4, 4, 0, SHARED_VECTORS",
        "1, 1, 3, OK",
        "1, 1, 2, SHARED_VECTORS"
    })
    void byTheGuestsOwnWord(int granted, int active, int vectors, Verdict verdict) {
        assertThat(Judge.of(byAgent(granted, active, Optional.of(vectors), true))
                        .verdict())
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        // granted and active in the guest
        "4, 4, UNKNOWN",
        "4, 3, FEWER_ACTIVE",
        "4, 1, NOT_ENABLED"
    })
    void byTheGuestsOwnWordWithoutItsVectors(int granted, int active, Verdict verdict) {
        assertThat(Judge.of(byAgent(granted, active, Optional.empty(), true)).verdict())
                .isEqualTo(verdict);
    }

    /** VMware's model has queues of another sort, and other vectors. */
    @Test
    void vectorsAreCountedForVirtioAlone() {
        assertThat(Judge.of(byAgent(1, 1, Optional.of(0), false)).verdict()).isEqualTo(Verdict.OK);
        assertThat(Judge.of(byAgent(1, 1, Optional.empty(), false)).verdict()).isEqualTo(Verdict.OK);
    }

    @ParameterizedTest
    @CsvSource({
        // granted, queues of the tap, whether the image says which guest it is, seconds that it runs
        "4, 4, true, 5, OK",
        "4, 4, false, 3600, UNKNOWN",
        "4, 2, true, 5, FEWER_ACTIVE",
        "4, 2, false, 5, FEWER_ACTIVE",
        "4, 1, true, 59, UNKNOWN",
        "4, 1, true, 60, NOT_ENABLED",
        "4, 1, false, 3600, NOT_ENABLED",
        "1, 1, true, 5, OK",
        "1, 1, false, 5, UNKNOWN"
    })
    void byTheHostsView(int granted, int tap, boolean stated, int seconds, Verdict verdict) {
        Evidence evidence = byTap(granted, false, Optional.of(tap), stated, Duration.ofSeconds(seconds));
        assertThat(Judge.of(evidence).verdict()).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        // granted, queues of the tap where the host sees them, whether the image says which guest it is
        "4, 1, true, NIC_ABSENT",
        "1, 1, true, NIC_ABSENT",
        "4, , true, NIC_ABSENT",
        "4, 4, true, OK",
        "4, 4, false, UNKNOWN",
        "4, 2, true, FEWER_ACTIVE"
    })
    void aNicThatTheGuestDoesNotShowIsAbsentUnlessTheTapIsInUse(
            int granted, @Nullable Integer tap, boolean stated, Verdict verdict) {
        Evidence evidence = byTap(granted, true, Optional.ofNullable(tap), stated, LONG);
        assertThat(Judge.of(evidence).verdict()).isEqualTo(verdict);
    }

    @Test
    void aNicThatTheDomainDoesNotHaveIsAbsent() {
        Evidence evidence = evidence(Optional.empty(), false, Optional.empty());
        assertThat(Judge.of(evidence).reason()).isEqualTo("the domain has no such NIC");
    }

    @Test
    void whatNeitherSideSeesIsUnknown() {
        Evidence evidence = byTap(4, false, Optional.empty(), true, LONG);
        assertThat(Judge.of(evidence))
                .isEqualTo(new Judge.Ruling(Verdict.UNKNOWN, "the host cannot see this NIC's queues, and no agent"));
    }

    @Test
    void aGuestThatForbidsToBeAskedIsUnknownThoughTheTapLooksWell() {
        Evidence evidence = evidence(Optional.of(nic(4, true)), true, Optional.of(4));
        assertThat(Judge.of(evidence))
                .isEqualTo(new Judge.Ruling(Verdict.UNKNOWN, "the guest's agent does not tell: no agent"));
    }

    @Test
    void theWorstStandsForTheInstance() {
        assertThat(Verdict.OK.or(Verdict.UNKNOWN)).isEqualTo(Verdict.UNKNOWN);
        assertThat(Verdict.NIC_ABSENT.or(Verdict.SHARED_VECTORS)).isEqualTo(Verdict.NIC_ABSENT);
    }

    private static Evidence byAgent(int granted, int active, Optional<Integer> vectors, boolean virtio) {
        return new Evidence(
                granted,
                Optional.of(nic(granted, virtio)),
                Optional.of(new GuestAgent.Channels(active, granted, vectors)),
                Optional.empty(),
                false,
                false,
                Optional.of(1),
                false,
                LONG);
    }

    private static Evidence byTap(
            int granted, boolean guestLacksIt, Optional<Integer> tap, boolean stated, Duration runningFor) {
        return new Evidence(
                granted,
                Optional.of(nic(granted, true)),
                Optional.empty(),
                Optional.of("no agent"),
                guestLacksIt,
                false,
                tap,
                stated,
                runningFor);
    }

    private static Evidence evidence(Optional<LiveInterface> provisioned, boolean agentRefuses, Optional<Integer> tap) {
        return new Evidence(
                4, provisioned, Optional.empty(), Optional.of("no agent"), false, agentRefuses, tap, true, LONG);
    }

    private static LiveInterface nic(int queues, boolean virtio) {
        return new LiveInterface(
                "bridge", "fa:16:3e:00:00:01", Optional.empty(), virtio, Optional.of("qemu"), queues, Optional.empty());
    }
}
