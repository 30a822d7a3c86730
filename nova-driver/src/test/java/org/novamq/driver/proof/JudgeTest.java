package org.novamq.driver.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        Optional<GuestAgent.Channels> channels =
                Optional.of(new GuestAgent.Channels(active, granted, Optional.of(vectors)));
        Evidence evidence = evidence(granted, granted, Optional.of(new Evidence.InGuest(channels)), 1, false, LONG);
        assertThat(Judge.of(evidence).verdict()).isEqualTo(verdict);
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
        Evidence evidence = evidence(granted, granted, Optional.empty(), tap, stated, Duration.ofSeconds(seconds));
        assertThat(Judge.of(evidence).verdict()).isEqualTo(verdict);
    }

    @Test
    void aNicThatTheGuestDoesNotHaveIsAbsent() {
        Evidence evidence = evidence(4, 4, Optional.of(new Evidence.InGuest(Optional.empty())), 1, true, LONG);
        assertThat(Judge.of(evidence))
                .isEqualTo(new Judge.Ruling(Verdict.NIC_ABSENT, "the guest has no NIC with this MAC"));
    }

    @Test
    void aNicThatTheDomainDoesNotHaveIsAbsent() {
        Evidence evidence = new Evidence(
                4, Optional.empty(), Optional.empty(), Optional.of("no agent"), false, Optional.empty(), true, LONG);
        assertThat(Judge.of(evidence).reason()).isEqualTo("the domain has no such NIC");
    }

    @Test
    void whatNeitherSideSeesIsUnknown() {
        Evidence evidence = new Evidence(
                4, Optional.of(4), Optional.empty(), Optional.of("no agent"), false, Optional.empty(), true, LONG);
        assertThat(Judge.of(evidence))
                .isEqualTo(new Judge.Ruling(Verdict.UNKNOWN, "the host cannot see this NIC's queues, and no agent"));
    }

    @Test
    void aGuestThatForbidsToBeAskedIsUnknownThoughTheTapLooksWell() {
        Evidence evidence = new Evidence(
                4, Optional.of(4), Optional.empty(), Optional.of("disabled"), true, Optional.of(4), true, LONG);
        assertThat(Judge.of(evidence))
                .isEqualTo(new Judge.Ruling(Verdict.UNKNOWN, "the guest's agent does not tell: disabled"));
    }

    @Test
    void theWorstStandsForTheInstance() {
        assertThat(Verdict.OK.or(Verdict.UNKNOWN)).isEqualTo(Verdict.UNKNOWN);
        assertThat(Verdict.NIC_ABSENT.or(Verdict.SHARED_VECTORS)).isEqualTo(Verdict.NIC_ABSENT);
    }

    private static Evidence evidence(
            int granted,
            int provisioned,
            Optional<Evidence.InGuest> guest,
            int tap,
            boolean stated,
            Duration runningFor) {
        Optional<String> silence = guest.isPresent() ? Optional.empty() : Optional.of("no agent");
        return new Evidence(
                granted, Optional.of(provisioned), guest, silence, false, Optional.of(tap), stated, runningFor);
    }
}
