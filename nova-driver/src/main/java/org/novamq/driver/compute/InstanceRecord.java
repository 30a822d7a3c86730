package org.novamq.driver.compute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.json.Json;

/**
 * What is kept of an instance, in its domain's metadata: all that libvirt does not know itself. Request and plan stand
 * side by side, and neither is ever written over the other.
 *
 * @param version of this form
 * @param name the display name
 * @param created ISO 8601, UTC
 * @param image the image's reference in the catalogue
 * @param flavor the flavor's
 * @param metadata the user's own keys and values
 * @param request the plan's request, in the form of the dry run
 * @param plan its answer, likewise
 */
public record InstanceRecord(
        int version,
        Stage stage,
        String name,
        String created,
        String image,
        String flavor,
        Map<String, String> metadata,
        JsonNode request,
        JsonNode plan,
        @Nullable Fault fault) {

    static final int VERSION = 1;

    InstanceRecord withStage(Stage next) {
        return new InstanceRecord(version, next, name, created, image, flavor, metadata, request, plan, fault);
    }

    InstanceRecord withFault(Fault reason) {
        return new InstanceRecord(version, Stage.ERROR, name, created, image, flavor, metadata, request, plan, reason);
    }

    String toJson() {
        ObjectNode json = Json.MAPPER.valueToTree(this);
        return Json.asciiLine(json);
    }

    static InstanceRecord fromJson(String json) {
        try {
            return Json.MAPPER.readValue(json, InstanceRecord.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot read an instance's record: " + e.getOriginalMessage(), e);
        }
    }
}
