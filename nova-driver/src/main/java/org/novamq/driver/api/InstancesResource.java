package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.compute.Claim;
import org.novamq.driver.compute.ComputeDriver;
import org.novamq.driver.compute.RescueRequest;
import org.novamq.driver.compute.SpawnRequest;
import org.novamq.driver.glance.ImageCache;
import org.novamq.driver.instance.Fault;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.Stage;
import org.novamq.driver.json.Json;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.WholeNumber;
import org.novamq.vif.queue.NoRoomException;

/**
 * {@code /v1/instances}: the compute driver as a nova-compute calls it, and what Nova's API has no words for. Each call may
 * be repeated; what takes long is answered with 202 and goes on behind the answer, until {@code task} is null.
 */
@Path("/v1/instances")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class InstancesResource {
    private final ComputeDriver driver;
    private final SpawnRequestReader reader;
    private final ImageCache images;
    private final InstanceWorkers workers;

    InstancesResource(ComputeDriver driver, SpawnRequestReader reader, ImageCache images, InstanceWorkers workers) {
        this.driver = driver;
        this.reader = reader;
        this.images = images;
        this.workers = workers;
    }

    /** All of them, in a few words each. */
    @GET
    public ObjectNode list() {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode instances = body.putArray("instances");
        driver.list().forEach(instance -> instances.add(InstanceRepresentation.brief(instance)));
        return body;
    }

    /** What Nova's answer has no place for: what is being done to it, and why the last thing asked was not done. */
    @GET
    @Path("/{id}")
    public ObjectNode show(@PathParam("id") String id) {
        return InstanceRepresentation.of(driver.info(Ids.parse(id)));
    }

    /** 202 once it has its place in libvirt; 200 where it is there already; 409 where it is in ERROR, or on its way out. */
    @PUT
    @Path("/{id}")
    public Response spawn(
            @PathParam("id") String id, @HeaderParam("X-Auth-Token") @Nullable String token, String text) {
        UUID uuid = Ids.parse(id);
        Optional<Instance> there = driver.find(uuid);
        if (there.isPresent()) {
            return asItIs(there.get());
        }
        SpawnRequest request = reader.read(uuid, Json.parseObject(text), token);
        try {
            Claim claim = claim(request);
            return accepted(uuid, () -> workers.spawn(claim));
        } catch (InstanceException e) {
            // the same call came twice at once, and this was the second
            return asItIs(driver.find(uuid).orElseThrow(() -> e));
        }
    }

    private Claim claim(SpawnRequest request) {
        try {
            return driver.claim(request);
        } catch (NoRoomException e) {
            throw e;
        } catch (InvalidRequestException e) {
            throw SpawnRequestReader.within("request", e);
        }
    }

    private static Response asItIs(Instance instance) {
        Stage stage = instance.record().stage();
        if (stage == Stage.ERROR || stage == Stage.DELETING) {
            Fault fault = instance.record().fault();
            String why = stage == Stage.DELETING || fault == null ? "it is being deleted" : fault.message();
            throw new InstanceException(
                    InstanceException.Reason.CONFLICT,
                    "cannot create instance " + instance.uuid() + ", there is one already: " + why);
        }
        return Response.ok(InstanceRepresentation.of(instance)).build();
    }

    /** 202 while it goes, 204 when it is gone or never was. */
    @DELETE
    @Path("/{id}")
    public Response delete(@PathParam("id") String id) {
        UUID uuid = Ids.parse(id);
        Optional<Instance> found = driver.find(uuid);
        if (found.isEmpty()) {
            return Response.noContent().build();
        }
        if (found.get().record().stage() != Stage.DELETING) {
            driver.condemn(uuid);
            workers.destroy(uuid);
        }
        return Response.accepted(InstanceRepresentation.of(found.get())).build();
    }

    /** 200 where it is so already, 202 otherwise, 409 where it cannot be. */
    @PUT
    @Path("/{id}/power-state")
    public Response setPower(@PathParam("id") String id, String text) {
        UUID uuid = Ids.parse(id);
        if (!driver.setPower(uuid, LifeRequestReader.power(text))) {
            return Response.ok(show(id)).build();
        }
        return accepted(uuid, () -> workers.perform(uuid));
    }

    /** 202, however often it is asked for under one id. */
    @POST
    @Path("/{id}/reboot")
    public Response reboot(@PathParam("id") String id, String text) {
        UUID uuid = Ids.parse(id);
        driver.reboot(uuid, LifeRequestReader.reboot(text));
        return accepted(uuid, () -> workers.perform(uuid));
    }

    /** 202 until it has booted from other files; 200 where it has; 409 where it cannot be. Its NICs are what they were. */
    @PUT
    @Path("/{id}/rescue")
    public Response rescue(
            @PathParam("id") String id, @HeaderParam("X-Auth-Token") @Nullable String token, String text) {
        UUID uuid = Ids.parse(id);
        RescueRequest request = RescueRequestReader.read(text, token, images);
        if (!driver.rescue(uuid, request)) {
            return Response.ok(show(id)).build();
        }
        return accepted(uuid, () -> workers.perform(uuid));
    }

    /** 202 until it has booted from its own disk; 200 where it has. */
    @DELETE
    @Path("/{id}/rescue")
    public Response unrescue(@PathParam("id") String id) {
        UUID uuid = Ids.parse(id);
        if (!driver.unrescue(uuid)) {
            return Response.ok(show(id)).build();
        }
        return accepted(uuid, () -> workers.perform(uuid));
    }

    /** 204 once it is made; the guest has it from its next start on. 409 where it has no such drive, or is not off. */
    @PUT
    @Path("/{id}/config-drive")
    public Response giveConfigDrive(@PathParam("id") String id, String text) {
        driver.giveConfigDrive(Ids.parse(id), ConfigDriveReader.read(text));
        return Response.noContent().build();
    }

    /** The end of the serial console's log. */
    @GET
    @Path("/{id}/console-output")
    public ObjectNode consoleOutput(@PathParam("id") String id, @QueryParam("lines") @Nullable String lines) {
        UUID uuid = Ids.parse(id);
        OptionalInt most = lines == null ? OptionalInt.of(-1) : WholeNumber.read(lines, 0, Integer.MAX_VALUE);
        int count = most.orElseThrow(() -> new InvalidRequestException(
                "lines", String.valueOf(lines), "cannot use lines: a whole number from 0 is needed"));
        return Json.MAPPER.createObjectNode().put("output", driver.consoleOutput(uuid, count));
    }

    /** What it has used so far. */
    @GET
    @Path("/{id}/diagnostics")
    public ObjectNode diagnostics(@PathParam("id") String id) {
        return DiagnosticsRepresentation.of(driver.diagnostics(Ids.parse(id)));
    }

    private Response accepted(UUID uuid, Runnable begin) {
        return InstanceWorkers.answerFirst(
                () -> Response.accepted(show(uuid.toString())).build(), begin);
    }
}
