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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.compute.Claim;
import org.novamq.driver.compute.ComputeDriver;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.json.Json;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;

/** {@code /v2.1/servers}, in Nova's bodies and status codes. */
@Path("/v2.1/servers")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ServersResource {
    private final ComputeDriver driver;
    private final ServerRequestReader reader;
    private final InstanceWorkers workers;
    private final ServerRepresentation representation;

    ServersResource(
            ComputeDriver driver,
            ServerRequestReader reader,
            InstanceWorkers workers,
            ServerRepresentation representation) {
        this.driver = driver;
        this.reader = reader;
        this.workers = workers;
        this.representation = representation;
    }

    /** 202 once everything that can be known beforehand is checked and the instance has its place in libvirt. */
    @POST
    public Response create(@Context UriInfo uri, String body) {
        Claim claim = claim(Json.parseObject(body));
        workers.spawn(claim);
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.set("server", ServerRepresentation.accepted(claim.uuid(), uri));
        return Response.accepted(answer)
                .location(URI.create("/v2.1/servers/" + claim.uuid()))
                .build();
    }

    /** The plan speaks of its own request; the caller knows the server's body. */
    private Claim claim(ObjectNode body) {
        try {
            return driver.claim(reader.read(body));
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(e.problems().stream()
                    .map(problem -> new Problem(serverField(problem.field()), problem.value(), problem.message()))
                    .toList());
        }
    }

    /** What a NIC is connected to, the caller named by its network. */
    private static String serverField(String planField) {
        return planField
                .replaceFirst("^nics(\\[\\d+])\\.vif\\b.*", "server.networks$1.uuid")
                .replaceFirst("^nics\\[", "server.networks[");
    }

    /** The short list. */
    @GET
    public ObjectNode list(@Context UriInfo uri, @QueryParam("name") @Nullable String name) {
        return servers(name, instance -> ServerRepresentation.brief(instance, uri));
    }

    /** The long list. */
    @GET
    @Path("/detail")
    public ObjectNode detail(@Context UriInfo uri, @QueryParam("name") @Nullable String name) {
        return servers(name, instance -> representation.full(instance, uri));
    }

    private ObjectNode servers(@Nullable String name, Function<Instance, ObjectNode> view) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        ArrayNode servers = answer.putArray("servers");
        driver.list().stream()
                .filter(instance -> name == null || instance.record().name().equals(name))
                .forEach(instance -> servers.add(view.apply(instance)));
        return answer;
    }

    /** One server. */
    @GET
    @Path("/{id}")
    public ObjectNode show(@Context UriInfo uri, @PathParam("id") String id) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.set("server", representation.full(driver.info(Ids.parse(id)), uri));
        return answer;
    }

    /** 204 once its deletion is written down; it is gone when a GET says 404. */
    @DELETE
    @Path("/{id}")
    public void delete(@PathParam("id") String id) {
        UUID uuid = Ids.parse(id);
        driver.condemn(uuid);
        workers.destroy(uuid);
    }
}
