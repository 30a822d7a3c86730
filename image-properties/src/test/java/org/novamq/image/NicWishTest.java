package org.novamq.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code queues}, {@code throughput} and tags: what is taken and what is refused. */
class NicWishTest {
    private final Findings findings = new Findings();

    static Stream<Object> accepted() {
        return Stream.of(1, 256, 4L, BigInteger.TEN, "1", "256", "4", "004");
    }

    static Stream<Object> refused() {
        return Stream.of(
                0,
                -1,
                257,
                4.0,
                2.5,
                new BigDecimal("4.0"),
                true,
                List.of(4),
                Long.MAX_VALUE,
                BigInteger.TWO.pow(64).add(BigInteger.TWO),
                "0",
                "-1",
                "257",
                "four",
                "2.5",
                "4.0",
                "0x4",
                " 4",
                "4 ",
                "+4",
                "",
                "1e2",
                "٤",
                "4\n",
                "9999999999999999999999");
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void queuesAreAWholeNumberOrItsDigits(Object raw) {
        Optional<NicWish> wish = NicWish.readQueues(raw, "nics[0].queues", findings);
        assertThat(wish).contains(new NicWish.Queues(Integer.parseInt(raw.toString())));
        assertThat(findings.hasProblems()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void anythingElseIsRefusedAndNotCapped(Object raw) {
        assertThat(NicWish.readQueues(raw, "nics[0].queues", findings)).isEmpty();
        assertThat(findings.hasProblems()).isTrue();
    }

    @Test
    void theRefusalNamesTheLimit() {
        NicWish.readQueues(257, "nics[0].queues", findings);
        assertThat(problems())
                .containsExactly(new Problem(
                        "nics[0].queues",
                        "257",
                        "cannot give a NIC '257' queues: a whole number from 1 to 256 is needed (256 queues is the most"
                                + " that one tap can have)"));
    }

    @ParameterizedTest
    @CsvSource({"high, 8, 8", "medium, 8, 4", "medium, 7, 4", "medium, 1, 1", "low, 8, 1", "high, 1, 1"})
    void throughputIsAShare(String level, int vcpus, int queues) {
        var wish = NicWish.readThroughput(level, "nics[0].throughput", findings).orElseThrow();
        assertThat(wish.forVcpus(vcpus)).isEqualTo(queues);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HIGH", "hihg", "", "max", "1", " high"})
    void otherLevelsAreRefused(String level) {
        assertThat(NicWish.readThroughput(level, "f", findings)).isEmpty();
        assertThat(findings.hasProblems()).isTrue();
    }

    @Test
    void aLevelAlmostRightGetsAHint() {
        NicWish.readThroughput("hgih", "f", findings);
        NicWish.readThroughput("medum", "f", findings);
        assertThat(problems()).extracting(Problem::message).last().asString().contains("did you mean 'medium'?");
    }

    @ParameterizedTest
    @CsvSource({"queues=4, 4", "queues=256, 256", "throughput=medium, 8", "throughput=low, 1"})
    void aTagCanHoldTheWish(String tag, int queues) {
        assertThat(NicWish.readTag(tag, "nics[0].tag", findings).orElseThrow().forVcpus(16))
                .isEqualTo(queues);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"queues=", "queues=0", "queues=257", "queues=four", "queues= 4", "throughput=", "throughput=all"
            })
    void aTagThatBeginsSoAndIsMalformedIsRefused(String tag) {
        assertThat(NicWish.readTag(tag, "nics[0].tag", findings)).isEmpty();
        assertThat(findings.hasProblems()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"uplink", "queues", "Queues=4", "my queues=4", "", "queue=4"})
    void otherTagsSayNothing(String tag) {
        assertThat(NicWish.readTag(tag, "nics[0].tag", findings)).isEmpty();
        assertThat(findings.hasProblems()).isFalse();
    }

    private List<Problem> problems() {
        try {
            findings.throwIfAny();
            return List.of();
        } catch (InvalidRequestException refused) {
            return refused.problems();
        }
    }
}
