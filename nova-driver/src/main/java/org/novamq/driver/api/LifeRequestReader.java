package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.novamq.driver.compute.PowerRequest;
import org.novamq.driver.compute.RebootRequest;
import org.novamq.driver.instance.Action;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.JsonFields;
import org.novamq.image.Findings;
import org.novamq.image.Texts;

/** Reads what a nova-compute wants of an instance that lives (specs/openapi.yaml). */
final class LifeRequestReader {
    private static final int MAX_TIMEOUT = 86_400;
    private static final int MAX_REBOOT_ID = 255;

    private LifeRequestReader() {}

    /** {@code PUT /v1/instances/{id}/power-state}. */
    static PowerRequest power(String text) {
        JsonFields body = body(text).allowOnly("power_state", "timeout", "retry_interval", "nics");
        Optional<PowerRequest.Wish> wish =
                body.required("power_state", name -> body.oneOf(name, LifeRequestReader::wish, wishes()));
        Optional<Integer> timeout = body.integer("timeout", 0, MAX_TIMEOUT);
        Optional<Integer> retry = body.integer("retry_interval", 0, MAX_TIMEOUT);
        Optional<ArrayNode> nics = nics(body);
        wish.filter(asked -> asked != PowerRequest.Wish.SHUTDOWN).ifPresent(asked -> {
            refuse("timeout", body, "it goes with power_state shutdown alone");
            refuse("retry_interval", body, "it goes with power_state shutdown alone");
        });
        wish.filter(asked -> asked != PowerRequest.Wish.RUNNING && asked != PowerRequest.Wish.PAUSED)
                .ifPresent(asked -> refuse("nics", body, "they go with power_state running or paused alone"));
        body.findings().throwIfAny();
        return new PowerRequest(wish.orElseThrow(), timeout, retry, nics);
    }

    private static Optional<PowerRequest.Wish> wish(String word) {
        return Stream.of(PowerRequest.Wish.values())
                .filter(wish -> word(wish).equals(word))
                .findFirst();
    }

    private static List<String> wishes() {
        return Stream.of(PowerRequest.Wish.values())
                .map(LifeRequestReader::word)
                .toList();
    }

    private static String word(PowerRequest.Wish wish) {
        return wish.name().toLowerCase(Locale.ROOT);
    }

    /** {@code POST /v1/instances/{id}/reboot}. */
    static RebootRequest reboot(String text) {
        JsonFields body = body(text).allowOnly("type", "id", "nics");
        Optional<Action> type =
                body.required("type", name -> body.oneOf(name, ServerActions::rebootType, List.of("SOFT", "HARD")));
        Optional<String> id = body.required("id", body::word);
        id.filter(given -> given.length() > MAX_REBOOT_ID)
                .ifPresent(given -> body.findings()
                        .problem(
                                "id",
                                given,
                                "cannot use an id of " + given.length() + " characters: " + MAX_REBOOT_ID
                                        + " are the most"));
        Optional<ArrayNode> nics = nics(body);
        type.filter(asked -> asked == Action.SOFT_REBOOT)
                .ifPresent(asked -> refuse("nics", body, "a soft reboot leaves the domain as it is"));
        body.findings().throwIfAny();
        return new RebootRequest(type.orElseThrow(), id.orElseThrow(), nics);
    }

    /** {@code PUT /v1/instances/{id}/nics/{nic}}. */
    static ObjectNode nic(String nic, String text) {
        ObjectNode json = Json.parseObject(text);
        JsonFields body = new JsonFields(json, "", new Findings());
        allowNic(body);
        Optional<String> id = body.required("vif", body::object).flatMap(vif -> vif.required("id", vif::word));
        id.filter(given -> !given.equals(nic))
                .ifPresent(given -> body.findings()
                        .problem(
                                "vif.id",
                                given,
                                "cannot attach NIC " + Texts.quote(nic) + " by the VIF of another: "
                                        + Texts.quote(given)));
        body.findings().throwIfAny();
        return json;
    }

    private static JsonFields body(String text) {
        return new JsonFields(Json.parseObject(text), "", new Findings());
    }

    private static Optional<ArrayNode> nics(JsonFields body) {
        body.objects("nics").forEach(LifeRequestReader::allowNic);
        return body.list("nics");
    }

    /** The dry run's keys, without the grant: that is the service's to know. */
    private static void allowNic(JsonFields nic) {
        nic.allowOnly("vif", "queues", "throughput", "tag");
    }

    private static void refuse(String key, JsonFields body, String why) {
        body.node(key)
                .ifPresent(value -> body.findings()
                        .problem(key, value.isValueNode() ? value.asText() : "", "cannot use " + key + ": " + why));
    }
}
