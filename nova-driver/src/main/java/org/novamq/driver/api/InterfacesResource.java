package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.novamq.driver.compute.ComputeDriver;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.json.Json;
import org.novamq.image.Texts;

/** {@code /v2.1/servers/{id}/os-interface}: NICs that come and go, in Nova's bodies. */
@Path("/v2.1/servers/{id}/os-interface")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class InterfacesResource {
    private final ComputeDriver driver;
    private final ServerRequestReader reader;
    private final InstanceWorkers workers;

    InterfacesResource(ComputeDriver driver, ServerRequestReader reader, InstanceWorkers workers) {
        this.driver = driver;
        this.reader = reader;
        this.workers = workers;
    }

    /** All NICs. */
    @GET
    public ObjectNode list(@PathParam("id") String id) {
        Instance instance = driver.info(Ids.parse(id));
        ObjectNode answer = Json.MAPPER.createObjectNode();
        ArrayNode attachments = answer.putArray("interfaceAttachments");
        Blueprint blueprint = instance.record().blueprint();
        for (int i = 0; i < blueprint.nicCount(); i++) {
            attachments.add(attachment(instance, i));
        }
        return answer;
    }

    /** One NIC, by its id. */
    @GET
    @Path("/{nic}")
    public ObjectNode show(@PathParam("id") String id, @PathParam("nic") String nic) {
        return answer(driver.info(Ids.parse(id)), nic);
    }

    /** 200 once the NIC is in the domain; 409 where not even one queue is left for it. */
    @POST
    public ObjectNode attach(@PathParam("id") String id, String body) {
        UUID uuid = Ids.parse(id);
        driver.info(uuid);
        ObjectNode nic = reader.readAttachment(Json.parseObject(body));
        Instance instance = driver.attachInterface(uuid, nic);
        return answer(instance, nic.at("/vif/id").asText());
    }

    /** 202; the NIC is gone when it is no longer listed, and a fault tells where the guest does not let go. */
    @DELETE
    @Path("/{nic}")
    public Response detach(@PathParam("id") String id, @PathParam("nic") String nic) {
        UUID uuid = Ids.parse(id);
        if (!driver.detachInterface(uuid, nic)) {
            throw none(uuid, nic);
        }
        workers.perform(uuid);
        return Response.accepted().build();
    }

    private static ObjectNode answer(Instance instance, String nic) {
        int index = instance.record().blueprint().indexOf(nic).orElseThrow(() -> none(instance.uuid(), nic));
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.set("interfaceAttachment", attachment(instance, index));
        return answer;
    }

    private static InstanceException none(UUID uuid, String nic) {
        return new InstanceException(
                InstanceException.Reason.NOT_FOUND, "Instance " + uuid + " has no interface " + Texts.quote(nic) + ".");
    }

    /** Nova's keys; the queues are in {@code GET /v1/instances/{id}/queues}. */
    private static ObjectNode attachment(Instance instance, int index) {
        Blueprint blueprint = instance.record().blueprint();
        boolean there = instance.hasInterface(blueprint.mac(index));
        ObjectNode attachment = Json.MAPPER
                .createObjectNode()
                .put("port_state", there && instance.isOn() ? "ACTIVE" : "DOWN")
                .put("port_id", blueprint.vif(index).path("id").asText())
                .put("net_id", blueprint.vif(index).at("/network/id").asText())
                .put("mac_addr", blueprint.mac(index));
        attachment.putArray("fixed_ips");
        return attachment;
    }
}
