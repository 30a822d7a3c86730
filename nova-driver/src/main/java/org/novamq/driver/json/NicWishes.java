package org.novamq.driver.json;

import java.util.Optional;
import org.novamq.image.NicWish;

/**
 * What a NIC of a request asks for itself.
 *
 * @param own its {@code queues} or {@code throughput}
 * @param tag the same in its {@code tag}
 */
public record NicWishes(Optional<NicWish> own, Optional<NicWish> tag) {
    /** Reads {@code queues}, {@code throughput} and {@code tag}; the first two together are a problem. */
    public static NicWishes read(JsonFields nic) {
        if (nic.has("queues") && nic.has("throughput")) {
            nic.findings()
                    .problem(
                            nic.path("throughput"),
                            nic.node("throughput").orElseThrow().asText(),
                            "cannot take both queues and throughput for one NIC: each says how many queues it gets");
        }
        Optional<NicWish> own = nic.node("queues")
                .flatMap(value -> NicWish.readQueues(scalar(value), nic.path("queues"), nic.findings()))
                .or(() -> nic.node("throughput")
                        .flatMap(value ->
                                NicWish.readThroughput(scalar(value), nic.path("throughput"), nic.findings())));
        Optional<NicWish> tag = nic.text("tag").flatMap(text -> NicWish.readTag(text, nic.path("tag"), nic.findings()));
        return new NicWishes(own, tag);
    }

    private static Object scalar(com.fasterxml.jackson.databind.JsonNode value) {
        return Json.MAPPER.convertValue(value, Object.class);
    }
}
