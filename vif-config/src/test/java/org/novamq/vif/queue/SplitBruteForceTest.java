package org.novamq.vif.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.novamq.image.SplitPolicy;

/**
 * The fast split beside one that tries every possible grant, on all small inputs: the best is the one whose lowest grant
 * of the higher tier is highest, then its second lowest, and so on; the same for the lower tier; ties go by NIC order.
 */
class SplitBruteForceTest {
    private static final int MOST_NICS = 4;
    private static final int MOST_QUEUES = 4;
    private static final int DIGIT = 5;

    @Test
    void oneBudget() {
        int checked = 0;
        for (int n = 1; n <= MOST_NICS; n++) {
            for (int wishes = 0; wishes < power(MOST_QUEUES, n); wishes++) {
                for (int tiers = 0; tiers < 1 << n; tiers++) {
                    for (int vectors = 0; vectors <= 2 * n * (MOST_QUEUES - 1) + 1; vectors++) {
                        check(new SplitProblem(
                                digits(wishes, n), bits(tiers, n), new boolean[n], vectors, Optional.empty()));
                        checked++;
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(100_000);
    }

    @Test
    void aSecondBudgetThatSomeDrawOn() {
        int checked = 0;
        for (int n = 1; n <= MOST_NICS; n++) {
            for (int wishes = 0; wishes < power(MOST_QUEUES, n); wishes++) {
                for (int tiers = 0; tiers < 1 << n; tiers++) {
                    for (int drawers = 1; drawers < 1 << n; drawers++) {
                        checked += checkBudgets(digits(wishes, n), bits(tiers, n), bits(drawers, n));
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(500_000);
    }

    /** Budgets in whole queues: a remainder of half a queue changes nothing, and {@link #oneBudget} has it. */
    private static int checkBudgets(int[] wishes, boolean[] own, boolean[] vhost) {
        int checked = 0;
        int most = IntStream.of(wishes).map(wish -> wish - 1).sum();
        for (int vectors = 0; vectors <= most; vectors++) {
            for (int memory = 0; memory <= Math.min(vectors, 5); memory++) {
                check(new SplitProblem(wishes, own, vhost, 2 * vectors, Optional.of(64 * memory)));
                checked++;
            }
        }
        return checked;
    }

    private static void check(SplitProblem problem) {
        int[] fast = problem.granted(SplitPolicy.MAX_MIN);
        int[] best = best(problem);
        if (!Arrays.equals(fast, best)) {
            throw new AssertionError(problem + ": " + Arrays.toString(fast) + ", best is " + Arrays.toString(best));
        }
    }

    private static int[] best(SplitProblem problem) {
        int n = problem.size();
        int[] candidate = new int[n];
        Arrays.fill(candidate, 1);
        int[] best = candidate.clone();
        long bestScore = -1;
        int at = 0;
        while (at < n) {
            long score = score(candidate, problem.own());
            if (score > bestScore && problem.fits(candidate)) {
                best = candidate.clone();
                bestScore = score;
            }
            at = 0; // count up, each digit from 1 to its wish
            while (at < n && candidate[at] == problem.wishes()[at]) {
                candidate[at++] = 1;
            }
            if (at < n) {
                candidate[at]++;
            }
        }
        return best;
    }

    /** What makes one grant better than another, the most important digit first. */
    private static long score(int[] granted, boolean[] own) {
        return score(score(0, granted, own, true), granted, own, false);
    }

    /** For one tier: how few have 1, how few have 2, …; then what each has, in NIC order. */
    private static long score(long before, int[] granted, boolean[] own, boolean tier) {
        long score = before;
        for (int queues = 1; queues <= MOST_QUEUES; queues++) {
            int others = MOST_NICS;
            for (int i = 0; i < granted.length; i++) {
                others -= own[i] == tier && granted[i] == queues ? 1 : 0;
            }
            score = score * DIGIT + others;
        }
        for (int i = 0; i < granted.length; i++) {
            score = score * DIGIT + (own[i] == tier ? granted[i] : 0);
        }
        return score;
    }

    private static int power(int base, int exponent) {
        return exponent == 0 ? 1 : base * power(base, exponent - 1);
    }

    private static int[] digits(int number, int n) {
        int[] digits = new int[n];
        for (int i = 0; i < n; i++) {
            digits[i] = 1 + number / power(MOST_QUEUES, i) % MOST_QUEUES;
        }
        return digits;
    }

    private static boolean[] bits(int number, int n) {
        boolean[] bits = new boolean[n];
        for (int i = 0; i < n; i++) {
            bits[i] = (number >> i & 1) == 1;
        }
        return bits;
    }
}
