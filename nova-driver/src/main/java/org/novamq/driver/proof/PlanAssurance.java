package org.novamq.driver.proof;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.image.GuestOs;

/**
 * Whether the stored plan alone says that each queue has a vector of its own. That is all there is to go by where the
 * guest does not show its vectors. Pure.
 *
 * @param figures the plan's vectors, in words
 * @param doubt why the plan does not say so; empty where it does
 */
record PlanAssurance(String figures, Optional<String> doubt) {

    /**
     * Judges the plan of an instance.
     *
     * @param interfaces the NICs that its domain has
     */
    static PlanAssurance of(Blueprint blueprint, List<LiveInterface> interfaces) {
        PlannedVectors vectors = PlannedVectors.of(blueprint.plan().path("vectors"));
        return new PlanAssurance(
                vectors.figures(),
                unknownGuest(blueprint.request().at("/image/properties"))
                        .or(() -> handedOver(blueprint))
                        .or(() -> otherNics(blueprint, interfaces))
                        .or(vectors::doubt));
    }

    /** A budget is a guess where the guest is not known. */
    private static Optional<String> unknownGuest(JsonNode properties) {
        GuestOs guest =
                new GuestOs(text(properties, "os_type"), text(properties, "os_distro"), text(properties, "os_version"));
        if (guest.profile().isKnown()) {
            return Optional.empty();
        }
        boolean silent = guest.type().isEmpty() && guest.distro().isEmpty();
        return Optional.of(
                silent
                        ? "the image does not say which guest it is"
                        : "the image names a guest that is not known ("
                                + guest.profile().system() + ")");
    }

    private static Optional<String> text(JsonNode properties, String key) {
        return Optional.ofNullable(properties.get(key)).map(JsonNode::asText);
    }

    private static Optional<String> handedOver(Blueprint blueprint) {
        long count = IntStream.range(0, blueprint.nicCount())
                .filter(i -> !blueprint.nicPlan(i).path("granted").isInt())
                .count();
        return count == 0
                ? Optional.empty()
                : Optional.of("the guest has devices that are handed over whole (" + count
                        + "), whose vectors are not known");
    }

    /** Somebody has changed the domain, or the guest has not yet let go of a NIC. */
    private static Optional<String> otherNics(Blueprint blueprint, List<LiveInterface> interfaces) {
        return interfaces.stream()
                .filter(nic -> IntStream.range(0, blueprint.nicCount())
                        .filter(i -> blueprint.mac(i).equals(nic.mac()))
                        .noneMatch(i -> !blueprint.nicPlan(i).path("granted").isInt()
                                || nic.queues()
                                        <= blueprint.nicPlan(i).path("granted").intValue()))
                .findFirst()
                .map(nic ->
                        "the domain's NIC " + nic.mac() + " with " + nic.queues() + " queues is not as in the plan");
    }
}
