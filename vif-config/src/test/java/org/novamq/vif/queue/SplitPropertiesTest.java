package org.novamq.vif.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novamq.image.SplitPolicy;

/** What holds of every split, over generated problems; the seed is fixed. */
class SplitPropertiesTest {
    private static final int PROBLEMS = 20_000;
    private static final long SEED = 20_261_121;

    private static Stream<SplitProblem> problems() {
        Random random = new Random(SEED);
        return Stream.generate(() -> SplitProblem.random(random)).limit(PROBLEMS);
    }

    @ParameterizedTest
    @EnumSource(SplitPolicy.class)
    void nobodyGetsMoreThanAskedOrLessThanOne(SplitPolicy policy) {
        problems().forEach(problem -> {
            int[] granted = problem.granted(policy);
            for (int i = 0; i < granted.length; i++) {
                assertThat(granted[i])
                        .as("NIC %s of %s", i, problem)
                        .isBetween(Math.min(1, problem.wishes()[i]), problem.wishes()[i]);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(SplitPolicy.class)
    void whatIsGrantedFits(SplitPolicy policy) {
        problems()
                .forEach(problem -> assertThat(problem.fits(problem.granted(policy)))
                        .as(problem.toString())
                        .isTrue());
    }

    @ParameterizedTest
    @EnumSource(SplitPolicy.class)
    void sameProblemSameAnswer(SplitPolicy policy) {
        problems()
                .limit(PROBLEMS / 10)
                .forEach(problem -> assertThat(problem.share(policy)).isEqualTo(problem.share(policy)));
    }

    @Test
    void maxMinLeavesNothingThatAnyoneCouldFairlyHave() {
        problems().forEach(problem -> {
            int[] granted = problem.granted(SplitPolicy.MAX_MIN);
            for (int i = 0; i < granted.length; i++) {
                assertThat(problem.canGain(i, granted))
                        .as("NIC %s of %s has %s", i, problem, Arrays.toString(granted))
                        .isFalse();
            }
        });
    }

    @Test
    void whoeverFallsShortIsToldWhichPoolStoppedHim() {
        problems().forEach(problem -> {
            Split.Shares shares = problem.share(SplitPolicy.MAX_MIN);
            for (int i = 0; i < problem.size(); i++) {
                boolean isShort = shares.granted().get(i) < problem.wishes()[i];
                assertThat(shares.stoppedBy().get(i).isPresent())
                        .as("NIC %s of %s: %s", i, problem, shares)
                        .isEqualTo(isShort);
                int nic = i;
                shares.stoppedBy()
                        .get(i)
                        .ifPresent(pool -> assertThat(
                                        pool.draws().test(problem.nics().get(nic)))
                                .isTrue());
            }
        });
    }

    @Test
    void anotherOrderMovesAtMostOneQueueOfATie() {
        Random random = new Random(SEED);
        problems().map(SplitProblem::withoutMemory).forEach(problem -> {
            List<Integer> order = problem.randomOrder(random);
            int[] before = problem.granted(SplitPolicy.MAX_MIN);
            int[] after = problem.reordered(order).granted(SplitPolicy.MAX_MIN);
            for (int k = 0; k < after.length; k++) {
                assertThat(Math.abs(after[k] - before[order.get(k)]))
                        .as(problem.toString())
                        .isLessThanOrEqualTo(1);
            }
            assertThat(IntStream.of(after).sorted().toArray())
                    .isEqualTo(IntStream.of(before).sorted().toArray());
        });
    }

    /** Where some draw on two pools, who of a tie is served decides what the other pool has left: still one queue. */
    @Test
    void anotherOrderMovesAtMostOneQueueOverTwoPools() {
        Random random = new Random(SEED);
        problems().filter(problem -> problem.memory().isPresent()).forEach(problem -> {
            List<Integer> order = problem.randomOrder(random);
            int[] before = problem.granted(SplitPolicy.MAX_MIN);
            int[] after = problem.reordered(order).granted(SplitPolicy.MAX_MIN);
            for (int k = 0; k < after.length; k++) {
                assertThat(Math.abs(after[k] - before[order.get(k)]))
                        .as(
                                "NIC %s of %s in order %s: %s and %s",
                                k, problem, order, Arrays.toString(before), Arrays.toString(after))
                        .isLessThanOrEqualTo(1);
            }
        });
    }

    @Test
    void moreVectorsAloneLowerNobody() {
        Random random = new Random(SEED);
        problems().map(SplitProblem::withoutMemory).forEach(problem -> {
            int[] before = problem.granted(SplitPolicy.MAX_MIN);
            int[] after = problem.withVectors(problem.vectors() + 1 + random.nextInt(64))
                    .granted(SplitPolicy.MAX_MIN);
            for (int i = 0; i < after.length; i++) {
                assertThat(after[i]).as("NIC %s of %s", i, problem).isGreaterThanOrEqualTo(before[i]);
            }
        });
    }

    @Test
    void allOrNothingIsAllOrOne() {
        problems().forEach(problem -> {
            int[] granted = problem.granted(SplitPolicy.ALL_OR_NOTHING);
            int[] ones = IntStream.of(problem.wishes())
                    .map(wish -> Math.min(1, wish))
                    .toArray();
            boolean allFit = problem.fits(problem.wishes());
            assertThat(granted).as(problem.toString()).isEqualTo(allFit ? problem.wishes() : ones);
        });
    }
}
