package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.novamq.driver.compute.ComputeDriver;

/** {@code /v1/instances}: what Nova's API has no words for. */
@Path("/v1/instances")
@Produces(MediaType.APPLICATION_JSON)
public final class InstancesResource {
    private final ComputeDriver driver;

    public InstancesResource(ComputeDriver driver) {
        this.driver = driver;
    }

    /** Planned, provisioned and active queues. */
    @GET
    @Path("/{id}/queues")
    public ObjectNode queues(@PathParam("id") String id) {
        return QueueRepresentation.of(driver.queues(Ids.parse(id)));
    }
}
