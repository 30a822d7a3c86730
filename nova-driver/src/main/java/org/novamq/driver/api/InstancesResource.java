package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.UUID;
import org.novamq.driver.compute.ComputeDriver;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.GuestConfig;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.JsonFields;
import org.novamq.driver.json.RecreationJson;
import org.novamq.image.Findings;
import org.novamq.image.NicWish;

/** {@code /v1/instances}: what Nova's API has no words for. */
@Path("/v1/instances")
@Produces(MediaType.APPLICATION_JSON)
public final class InstancesResource {
    private final ComputeDriver driver;
    private final InstanceWorkers workers;

    InstancesResource(ComputeDriver driver, InstanceWorkers workers) {
        this.driver = driver;
        this.workers = workers;
    }

    /** What Nova's answer has no place for: what is being done to it, and why the last thing asked was not done. */
    @GET
    @Path("/{id}")
    public ObjectNode show(@PathParam("id") String id) {
        return InstanceRepresentation.of(driver.info(Ids.parse(id)));
    }

    /** Planned, provisioned and active queues. */
    @GET
    @Path("/{id}/queues")
    public ObjectNode queues(@PathParam("id") String id) {
        ObjectNode body = QueueRepresentation.of(driver.queues(Ids.parse(id)));
        body.set("drift", RecreationJson.list(driver.drift(Ids.parse(id))));
        return body;
    }

    /** What has a guest turn its queues on at every boot, for those that do not by themselves. */
    @GET
    @Path("/{id}/queues/snippet")
    public ObjectNode snippet(@PathParam("id") String id) {
        Blueprint blueprint = driver.info(Ids.parse(id)).record().blueprint();
        return Json.MAPPER
                .createObjectNode()
                .put("udev_rules", GuestConfig.udevRules(blueprint))
                .put("cloud_config", GuestConfig.cloudConfig(blueprint));
    }

    /** Has the guest use all the queues that it has; 409 where its agent does not answer. */
    @POST
    @Path("/{id}/queues/activate")
    public ObjectNode activate(@PathParam("id") String id) {
        return QueueRepresentation.of(driver.activateQueues(Ids.parse(id)));
    }

    /**
     * Gives one NIC of a running instance other queues: {@code {"queues": N, "replug": true}}. 200 where the guest has
     * them at once, 202 where the NIC is taken out and put in again, 409 where that would be needed and was not asked for.
     */
    @PUT
    @Path("/{id}/nics/{nic}/queues")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response setQueues(@PathParam("id") String id, @PathParam("nic") String nic, String text) {
        UUID uuid = Ids.parse(id);
        Findings findings = new Findings();
        JsonFields body = new JsonFields(Json.parseObject(text), "", findings).allowOnly("queues", "replug");
        Optional<Integer> queues = body.required("queues", name -> body.integer(name, 1, NicWish.MAX_QUEUES));
        boolean replug = body.bool("replug").orElse(false);
        findings.throwIfAny();
        if (!driver.setQueues(uuid, nic, queues.orElseThrow(), replug)) {
            return Response.ok(queues(id)).build();
        }
        workers.perform(uuid);
        return Response.accepted().build();
    }
}
