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
 */
public record NicRequest(Vif vif, Optional<NicWish> portWish, Optional<NicWish> ownWish, Optional<NicWish> tagWish) {}
