package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.novamq.driver.host.PciDevices;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.PlanAnswerWriter;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.driver.json.RecreationJson;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.request.HostLimits;

/** {@code POST /v1/plans}: the dry run. Nothing is made, and no hypervisor is asked. */
@Path("/v1/plans")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class PlansResource {
    private final HostLimits host;
    private final PciDevices pci = new PciDevices();

    /** @param host what requests leave out */
    public PlansResource(HostLimits host) {
        this.host = host;
    }

    /** The plan, or 400 with every problem. */
    @POST
    public ObjectNode plan(String body) {
        PlanRequestReader.Question question = PlanRequestReader.read(Json.parseObject(body), host);
        HostLimits limits = pci.beside(question.host(), question.request());
        return PlanAnswerWriter.plan(InstancePlanner.plan(question.request(), limits, question.findings()));
    }

    /** Whether another host, or this one, can make a running instance again exactly as it is, before it is moved there. */
    @POST
    @Path("/check")
    public ObjectNode check(String body) {
        return RecreationJson.check(Json.parseObject(body), host);
    }
}
