package org.novamq.vif.request;

import java.util.Optional;
import org.novamq.image.NicWish;

/**
 * One NIC of a request.
 *
 * @param vif what to connect it to
 * @param portWish {@code queues} in the port's binding:profile
 * @param ownWish {@code queues} or {@code throughput} beside the NIC
 * @param tagWish {@code queues=N} or {@code throughput=…} in the NIC's tag
 * @param kept queues that it has already and keeps; absent for one that is planned anew
 * @param keptFor the wish that it got them for: a NIC that wishes otherwise by now is planned anew, unless it runs with
 *     them; absent where it keeps them whatever it wishes
 */
public record NicRequest(
        Vif vif,
        Optional<NicWish> portWish,
        Optional<NicWish> ownWish,
        Optional<NicWish> tagWish,
        Optional<Integer> kept,
        Optional<FormerWish> keptFor) {

    /** A NIC that is planned anew. */
    public NicRequest(Vif vif, Optional<NicWish> portWish, Optional<NicWish> ownWish, Optional<NicWish> tagWish) {
        this(vif, portWish, ownWish, tagWish, Optional.empty(), Optional.empty());
    }

    /** The same NIC, that has so many queues already. */
    public NicRequest keeping(int queues) {
        return new NicRequest(vif, portWish, ownWish, tagWish, Optional.of(queues), Optional.empty());
    }
}
