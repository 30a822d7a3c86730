package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.novamq.driver.compute.ComputeDriver;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.JsonFields;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;

/** {@code /v2.1/servers/{id}/metadata}: the user's own keys and values, in Nova's bodies. */
@Path("/v2.1/servers/{id}/metadata")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class MetadataResource {
    private final ComputeDriver driver;

    MetadataResource(ComputeDriver driver) {
        this.driver = driver;
    }

    /** All of it. */
    @GET
    public ObjectNode list(@PathParam("id") String id) {
        return all(driver.info(Ids.parse(id)).record().metadata());
    }

    /** Adds and replaces. */
    @POST
    public ObjectNode merge(@PathParam("id") String id, String body) {
        Map<String, String> given = read(body, "metadata");
        return all(update(id, old -> {
            Map<String, String> merged = new LinkedHashMap<>(old);
            merged.putAll(given);
            return merged;
        }));
    }

    /** Replaces all. */
    @PUT
    public ObjectNode replace(@PathParam("id") String id, String body) {
        Map<String, String> given = read(body, "metadata");
        return all(update(id, old -> given));
    }

    /** One value. */
    @GET
    @Path("/{key}")
    public ObjectNode show(@PathParam("id") String id, @PathParam("key") String key) {
        return one(key, driver.info(Ids.parse(id)).record().metadata());
    }

    /** Sets one value. */
    @PUT
    @Path("/{key}")
    public ObjectNode set(@PathParam("id") String id, @PathParam("key") String key, String body) {
        Map<String, String> given = read(body, "meta");
        if (!given.keySet().equals(java.util.Set.of(key))) {
            throw new InvalidRequestException("meta", given.keySet(), "Request body and URI mismatch");
        }
        return one(key, update(id, old -> {
            Map<String, String> merged = new LinkedHashMap<>(old);
            merged.putAll(given);
            return merged;
        }));
    }

    /** Removes one value. */
    @DELETE
    @Path("/{key}")
    public void delete(@PathParam("id") String id, @PathParam("key") String key) {
        update(id, old -> {
            one(key, old);
            Map<String, String> rest = new LinkedHashMap<>(old);
            rest.remove(key);
            return rest;
        });
    }

    private Map<String, String> update(String id, UnaryOperator<Map<String, String>> change) {
        UUID uuid = Ids.parse(id);
        return driver.updateMetadata(uuid, old -> {
            Map<String, String> changed = change.apply(old);
            ServerRequestReader.requireFew(changed);
            return changed;
        });
    }

    private static Map<String, String> read(String body, String key) {
        Findings findings = new Findings();
        JsonFields root = new JsonFields(Json.parseObject(body), "", findings).allowOnly(key);
        root.required(key, root::object);
        Map<String, String> given = ServerRequestReader.metadata(root, key);
        findings.throwIfAny();
        return given;
    }

    private static ObjectNode all(Map<String, String> metadata) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.set("metadata", Json.MAPPER.valueToTree(metadata));
        return answer;
    }

    private static ObjectNode one(String key, Map<String, String> metadata) {
        String value = metadata.get(key);
        if (value == null) {
            throw new NotFoundException("Metadata item was not found");
        }
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.putObject("meta").put(key, value);
        return answer;
    }
}
