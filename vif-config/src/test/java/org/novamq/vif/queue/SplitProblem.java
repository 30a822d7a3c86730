package org.novamq.vif.queue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.novamq.image.SplitPolicy;
import org.novamq.image.VifModel;
import org.novamq.vif.Requests;
import org.novamq.vif.backend.Backend;
import org.novamq.vif.request.VirtType;

/**
 * A split in the plainest form: wishes, who is of the higher tier, and pools that all or only some draw on.
 *
 * @param wishes after each NIC's own limits; 0 for a NIC without queues
 * @param own whether the NIC asked for itself
 * @param vhost whether it draws on the memory pool as well
 * @param vectors what is left when every NIC has one queue; two a queue
 * @param memory likewise, 64 a queue; absent without a second pool
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and millions are made
record SplitProblem(int[] wishes, boolean[] own, boolean[] vhost, int vectors, Optional<Integer> memory) {
    private static final int VECTORS_EACH = 2;
    private static final int MEMORY_EACH = 64;

    static SplitProblem random(Random random) {
        int n = 1 + random.nextInt(12);
        int most = random.nextBoolean() ? 8 : 256;
        int[] wishes = random.ints(n, 0, most + 1).toArray();
        long sum = Arrays.stream(wishes).asLongStream().sum();
        boolean[] own = flags(random, n);
        boolean[] vhost = flags(random, n);
        int vectors = random.nextInt((int) (VECTORS_EACH * sum) + 2);
        Optional<Integer> memory = random.nextBoolean()
                ? Optional.empty()
                : Optional.of(random.nextInt((int) (MEMORY_EACH * sum) + MEMORY_EACH));
        return new SplitProblem(wishes, own, vhost, vectors, memory);
    }

    private static boolean[] flags(Random random, int n) {
        boolean[] flags = new boolean[n];
        for (int i = 0; i < n; i++) {
            flags[i] = random.nextBoolean();
        }
        return flags;
    }

    int size() {
        return wishes.length;
    }

    List<Nic> nics() {
        List<Nic> nics = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            var vif = Requests.bridge("nic" + i);
            var backend = new Backend.Bridge("br0", "tap", Optional.empty(), Optional.empty());
            Wish wish = new Wish(Math.max(1, wishes[i]), own[i] ? Source.NIC : Source.IMAGE);
            nics.add(new Nic(
                    vif,
                    backend,
                    Optional.of(VifModel.VIRTIO),
                    true,
                    vhost[i],
                    VirtType.QEMU,
                    GuestDriver.VIRTIO_NET,
                    wish,
                    Optional.empty(),
                    Optional.empty()));
        }
        return nics;
    }

    List<Pool> pools() {
        List<Nic> all = nics();
        List<Pool> pools = new ArrayList<>();
        pools.add(new Pool(LimitName.MSI_VECTORS, vectors, 0, VECTORS_EACH, Nic::isVirtioDevice, "test"));
        memory.ifPresent(
                limit -> pools.add(new Pool(LimitName.VHOST_MEMORY, limit, 0, MEMORY_EACH, Nic::usesVhostNet, "test")));
        return all.isEmpty() ? List.of() : pools;
    }

    Split.Shares share(SplitPolicy policy) {
        return Split.share(policy, nics(), wishes, pools());
    }

    int[] granted(SplitPolicy policy) {
        return share(policy).granted().stream().mapToInt(Integer::intValue).toArray();
    }

    /** What a pool has left under these grants; negative where they do not fit. */
    private int vectorsLeft(int[] granted) {
        int left = vectors;
        for (int i = 0; i < size(); i++) {
            left -= VECTORS_EACH * Math.max(0, granted[i] - 1);
        }
        return left;
    }

    private int memoryLeft(int[] granted) {
        int left = memory.orElse(Integer.MAX_VALUE);
        for (int i = 0; i < size() && memory.isPresent(); i++) {
            left -= vhost[i] ? MEMORY_EACH * Math.max(0, granted[i] - 1) : 0;
        }
        return left;
    }

    boolean fits(int[] granted) {
        return vectorsLeft(granted) >= 0 && memoryLeft(granted) >= 0;
    }

    /**
     * Whether NIC {@code i} could have one more: with all that lower tiers have beyond one, and all that NICs of its own
     * tier have beyond what it would then have.
     */
    boolean canGain(int i, int[] granted) {
        int[] lowered = granted.clone();
        for (int j = 0; j < size(); j++) {
            if (j != i && own[i] && !own[j]) {
                lowered[j] = Math.min(1, granted[j]);
            } else if (j != i && own[i] == own[j]) {
                lowered[j] = Math.min(granted[j], Math.max(granted[i] + 1, 1));
            }
        }
        lowered[i] = granted[i] + 1;
        return granted[i] < wishes[i] && fits(lowered);
    }

    /** The same NICs in another order; {@code order[k]} is where the k-th comes from. */
    SplitProblem reordered(List<Integer> order) {
        int[] newWishes = new int[size()];
        boolean[] newOwn = new boolean[size()];
        boolean[] newVhost = new boolean[size()];
        for (int k = 0; k < size(); k++) {
            newWishes[k] = wishes[order.get(k)];
            newOwn[k] = own[order.get(k)];
            newVhost[k] = vhost[order.get(k)];
        }
        return new SplitProblem(newWishes, newOwn, newVhost, vectors, memory);
    }

    List<Integer> randomOrder(Random random) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        return order;
    }

    SplitProblem withVectors(int more) {
        return new SplitProblem(wishes, own, vhost, more, memory);
    }

    SplitProblem withoutMemory() {
        return new SplitProblem(wishes, own, vhost, vectors, Optional.empty());
    }

    @Override
    public String toString() {
        return "wishes " + Arrays.toString(wishes) + " own " + Arrays.toString(own) + " vhost " + Arrays.toString(vhost)
                + " vectors " + vectors + " memory " + memory;
    }
}
