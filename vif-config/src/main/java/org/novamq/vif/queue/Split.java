package org.novamq.vif.queue;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.novamq.image.SplitPolicy;

/**
 * Shares the pools among the NICs.
 *
 * <p>Max-min: every NIC starts with one queue; then all that still want more rise together, one tier after the other
 * (NICs that asked for themselves first), until each has its wish or a pool that it draws on cannot give every one of
 * its drawers another queue. What such a pool has left over goes out one by one in NIC order. The level jumps from event
 * to event (a wish met, a pool exhausted), so the work is O(n log n) in NICs and does not grow with queues.
 */
final class Split {
    /** Granted queues per NIC, and the pool that stopped each, where one did. */
    record Shares(List<Integer> granted, List<Optional<Pool>> stoppedBy) {}

    private final int[] wishes;
    private final int[] granted;
    private final Pool[] pools;
    private final long[] left;
    /** draws[p][i]: whether NIC i takes from pool p. */
    private final boolean[][] draws;

    private final List<Optional<Pool>> stoppedBy;

    private Split(List<Nic> nics, int[] wishes, List<Pool> pools) {
        this.wishes = wishes;
        this.granted = Arrays.stream(wishes).map(wish -> Math.min(wish, 1)).toArray();
        this.pools = pools.toArray(Pool[]::new);
        this.left = pools.stream().mapToLong(Pool::left).toArray();
        this.stoppedBy = new ArrayList<>(Collections.nCopies(nics.size(), Optional.empty()));
        this.draws = new boolean[pools.size()][nics.size()];
        for (int p = 0; p < this.pools.length; p++) {
            for (int i = 0; i < nics.size(); i++) {
                draws[p][i] = this.pools[p].draws().test(nics.get(i));
            }
        }
    }

    /**
     * The shares under a policy.
     *
     * @param wishes each NIC's wish under its own limits; 0 for a NIC that has no queues
     */
    static Shares share(SplitPolicy policy, List<Nic> nics, int[] wishes, List<Pool> pools) {
        Split split = new Split(nics, wishes, pools);
        if (policy != SplitPolicy.ALL_OR_NOTHING || split.everythingFits()) {
            split.fill(i -> nics.get(i).wish().source().isOwn());
            split.fill(i -> !nics.get(i).wish().source().isOwn());
        }
        return new Shares(Ints.asList(split.granted), split.stoppedBy);
    }

    /** All wishes at once, or (marking the pool that fails) none. */
    private boolean everythingFits() {
        for (int p = 0; p < pools.length; p++) {
            long wanted = 0;
            for (int i = 0; i < wishes.length; i++) {
                wanted += draws[p][i] ? (long) (wishes[i] - granted[i]) * pools[p].perQueue() : 0;
            }
            if (wanted > left[p]) {
                for (int i = 0; i < wishes.length; i++) {
                    int nic = i;
                    stoppedBy.set(i, Optional.of(pools[p]).filter(pool -> wishes[nic] > granted[nic]));
                }
                return false;
            }
        }
        return true;
    }

    /** Raises the NICs of one tier from one queue to as many as can be. */
    private void fill(IntPredicate tier) {
        int[] members = IntStream.range(0, wishes.length)
                .filter(i -> wishes[i] > 1 && tier.test(i))
                .toArray();
        new Tier(members).rise();
    }

    /** The pool that has no queue left for this NIC, if any. */
    private Optional<Pool> dryPool(int nic) {
        return IntStream.range(0, pools.length)
                .filter(p -> draws[p][nic] && left[p] < pools[p].perQueue())
                .mapToObj(p -> pools[p])
                .findFirst();
    }

    /** NICs that rise together; each leaves with its wish, or at the level at which a pool ran dry. */
    private final class Tier {
        private final int[] members;
        private final int[] byWish;
        private final boolean[] rising;
        /** What one step of all that still rise takes from each pool. */
        private final long[] perStep;

        private int level = 1;

        /** @param members in NIC order */
        Tier(int[] members) {
            this.members = members;
            this.rising = new boolean[wishes.length];
            this.perStep = new long[pools.length];
            this.byWish = Arrays.stream(members)
                    .mapToLong(i -> ((long) wishes[i] << Integer.SIZE) | i)
                    .sorted()
                    .mapToInt(key -> (int) key)
                    .toArray();
            for (int i : members) {
                rising[i] = true;
                changePerStep(i, 1);
            }
        }

        void rise() {
            int next = 0;
            while (next < byWish.length) {
                int nic = byWish[next];
                if (!rising[nic]) {
                    next++;
                } else if (wishes[nic] == level) {
                    leave(nic);
                } else {
                    climb(wishes[nic] - level);
                }
            }
        }

        /** To the next wish, or as far as the pools carry every one; from there whoever still can takes one more. */
        private void climb(int toNextWish) {
            long steps = toNextWish;
            for (int p = 0; p < pools.length; p++) {
                steps = perStep[p] == 0 ? steps : Math.min(steps, left[p] / perStep[p]);
            }
            if (steps == 0) {
                handOutRemainder();
                return;
            }
            for (int p = 0; p < pools.length; p++) {
                left[p] -= steps * perStep[p];
            }
            level += (int) steps;
        }

        private void handOutRemainder() {
            for (int i : members) {
                if (rising[i]) {
                    stoppedBy.set(i, dryPool(i));
                    if (stoppedBy.get(i).isPresent()) {
                        leave(i);
                    } else {
                        take(i);
                    }
                }
            }
            level++;
        }

        private void take(int nic) {
            for (int p = 0; p < pools.length; p++) {
                left[p] -= draws[p][nic] ? pools[p].perQueue() : 0;
            }
        }

        private void leave(int nic) {
            rising[nic] = false;
            granted[nic] = level;
            changePerStep(nic, -1);
        }

        private void changePerStep(int nic, int sign) {
            for (int p = 0; p < pools.length; p++) {
                perStep[p] += draws[p][nic] ? sign * pools[p].perQueue() : 0;
            }
        }
    }
}
