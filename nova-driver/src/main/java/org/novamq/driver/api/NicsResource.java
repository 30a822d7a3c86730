package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.novamq.driver.compute.ComputeDriver;
import org.novamq.driver.instance.Fault;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.JsonFields;
import org.novamq.driver.json.RecreationJson;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.NicWish;
import org.novamq.image.Problem;
import org.novamq.vif.queue.NoRoomException;

/** {@code /v1/instances/{id}/nics/{nic}}: NICs that come and go, by their ports' ids. */
@Path("/v1/instances/{id}/nics/{nic}")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class NicsResource {
    private final ComputeDriver driver;
    private final InstanceWorkers workers;

    NicsResource(ComputeDriver driver, InstanceWorkers workers) {
        this.driver = driver;
        this.workers = workers;
    }

    /** 200 once the NIC is in the domain, by this call or an earlier one; 409 where not even one queue is left for it. */
    @PUT
    public ObjectNode attach(@PathParam("id") String id, @PathParam("nic") String nic, String text) {
        UUID uuid = Ids.parse(id);
        ObjectNode body = LifeRequestReader.nic(nic, text);
        int count = driver.info(uuid).record().blueprint().nicCount();
        Instance instance = attach(uuid, body, count);
        OptionalInt index = instance.record().blueprint().indexOf(nic);
        if (index.isEmpty()) {
            Fault fault = instance.record().fault();
            throw new InstanceException(
                    InstanceException.Reason.CONFLICT,
                    "cannot attach NIC " + nic + " to instance " + uuid + ": "
                            + (fault == null ? "it has been taken out meanwhile" : fault.message()));
        }
        return NicRepresentation.of(instance, index.getAsInt());
    }

    /** The plan speaks of all NICs of the instance, the caller of one. */
    private Instance attach(UUID uuid, ObjectNode nic, int count) {
        try {
            return driver.attachInterface(uuid, nic);
        } catch (NoRoomException e) {
            throw e;
        } catch (InvalidRequestException e) {
            String mine = "^(nic|nics\\[" + count + "])\\.";
            throw new InvalidRequestException(e.problems().stream()
                    .map(problem ->
                            new Problem(problem.field().replaceFirst(mine, ""), problem.value(), problem.message()))
                    .toList());
        }
    }

    /** 202 while the guest is asked to let go, 204 when the NIC is gone; a fault tells where the guest does not. */
    @DELETE
    public Response detach(@PathParam("id") String id, @PathParam("nic") String nic) {
        UUID uuid = Ids.parse(id);
        if (!driver.detachInterface(uuid, nic)) {
            return Response.noContent().build();
        }
        return InstanceWorkers.answerFirst(
                () -> Response.accepted(InstanceRepresentation.of(driver.info(uuid)))
                        .build(),
                () -> workers.perform(uuid));
    }

    /**
     * Gives one NIC of a running instance other queues: {@code {"queues": N, "replug": true}}. 200 where the guest has
     * them at once, 202 where the NIC is taken out and put in again, 409 where that would be needed and was not asked for.
     */
    @PUT
    @Path("/queues")
    public Response setQueues(@PathParam("id") String id, @PathParam("nic") String nic, String text) {
        UUID uuid = Ids.parse(id);
        Findings findings = new Findings();
        JsonFields body = new JsonFields(Json.parseObject(text), "", findings).allowOnly("queues", "replug");
        Optional<Integer> queues = body.required("queues", name -> body.integer(name, 1, NicWish.MAX_QUEUES));
        boolean replug = body.bool("replug").orElse(false);
        findings.throwIfAny();
        if (!driver.setQueues(uuid, nic, queues.orElseThrow(), replug)) {
            ObjectNode report = QueueRepresentation.of(driver.queues(uuid));
            report.set("drift", RecreationJson.list(driver.drift(uuid)));
            return Response.ok(report).build();
        }
        workers.perform(uuid);
        return Response.accepted().build();
    }
}
