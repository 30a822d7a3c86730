package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.novamq.driver.compute.ComputeDriver;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.GuestConfig;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.RecreationJson;

/** {@code /v1/instances/{id}/queues}: what the guest makes of its queues. */
@Path("/v1/instances/{id}/queues")
@Produces(MediaType.APPLICATION_JSON)
public final class QueuesResource {
    private final ComputeDriver driver;

    QueuesResource(ComputeDriver driver) {
        this.driver = driver;
    }

    /** Planned, provisioned and active queues. */
    @GET
    public ObjectNode queues(@PathParam("id") String id) {
        ObjectNode body = QueueRepresentation.of(driver.queues(Ids.parse(id)));
        body.set("drift", RecreationJson.list(driver.drift(Ids.parse(id))));
        return body;
    }

    /** What has a guest turn its queues on at every boot, for those that do not by themselves. */
    @GET
    @Path("/snippet")
    public ObjectNode snippet(@PathParam("id") String id) {
        Blueprint blueprint = driver.info(Ids.parse(id)).record().blueprint();
        return Json.MAPPER
                .createObjectNode()
                .put("udev_rules", GuestConfig.udevRules(blueprint))
                .put("cloud_config", GuestConfig.cloudConfig(blueprint));
    }

    /** Has the guest use all the queues that it has; 409 where its agent does not answer. */
    @POST
    @Path("/activate")
    public ObjectNode activate(@PathParam("id") String id) {
        return QueueRepresentation.of(driver.activateQueues(Ids.parse(id)));
    }
}
