package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.novamq.driver.compute.ComputeDriver;
import org.novamq.driver.instance.Action;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.JsonFields;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Suggestions;
import org.novamq.image.Texts;

/** {@code POST /v2.1/servers/{id}/action}: one action in the body, under Nova's name. */
@Path("/v2.1/servers/{id}/action")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ServerActions {
    private static final ImmutableMap<String, Action> PLAIN = ImmutableMap.of(
            "os-start", Action.START,
            "os-stop", Action.STOP,
            "pause", Action.PAUSE,
            "unpause", Action.UNPAUSE,
            "suspend", Action.SUSPEND,
            "resume", Action.RESUME,
            "revertResize", Action.REVERT_RESIZE);

    /** Who is asked, and with which body; under which address, for the links of an answer. */
    private record Asked(UUID uuid, JsonFields body, UriInfo uri) {}

    private final ComputeDriver driver;
    private final ServerRequestReader reader;
    private final InstanceWorkers workers;
    private final ServerRepresentation representation;
    private final Map<String, Function<Asked, Response>> handlers = new LinkedHashMap<>();

    ServerActions(
            ComputeDriver driver,
            ServerRequestReader reader,
            InstanceWorkers workers,
            ServerRepresentation representation) {
        this.driver = driver;
        this.reader = reader;
        this.workers = workers;
        this.representation = representation;
        PLAIN.forEach((name, action) -> handlers.put(name, asked -> accept(asked.uuid(), action)));
        handlers.put("confirmResize", asked -> confirm(asked.uuid()));
        handlers.put("reboot", this::reboot);
        handlers.put("resize", this::resize);
        handlers.put("rebuild", this::rebuild);
        handlers.put("os-getConsoleOutput", this::consoleOutput);
    }

    /** 202 once the action is written down; Nova's exceptions are confirmResize (204) and the console (200). */
    @POST
    public Response act(@Context UriInfo uri, @PathParam("id") String id, String text) {
        ObjectNode body = Json.parseObject(text);
        List<String> names = List.copyOf(handlers.keySet());
        String name = body.size() == 1 ? body.fieldNames().next() : "";
        Function<Asked, Response> handler = handlers.get(name);
        if (handler == null) {
            throw new InvalidRequestException(
                    name,
                    String.join(", ", ImmutableList.copyOf(body.fieldNames())),
                    "There is no such action: the body must have one key of " + Texts.choice(names)
                            + Suggestions.hint(name, names));
        }
        return handler.apply(new Asked(Ids.parse(id), new JsonFields(body, "", new Findings()), uri));
    }

    private Response accept(UUID uuid, Action action) {
        driver.accept(uuid, action);
        workers.perform(uuid);
        return Response.accepted().build();
    }

    private Response confirm(UUID uuid) {
        driver.accept(uuid, Action.CONFIRM_RESIZE);
        workers.perform(uuid);
        return Response.noContent().build();
    }

    private Response reboot(Asked asked) {
        JsonFields reboot = asked.body().objectOrEmpty("reboot").allowOnly("type");
        Optional<Action> action =
                reboot.required("type", name -> reboot.oneOf(name, ServerActions::rebootType, List.of("SOFT", "HARD")));
        asked.body().findings().throwIfAny();
        return accept(asked.uuid(), action.orElseThrow());
    }

    /** Nova takes the words in either case. */
    static Optional<Action> rebootType(String word) {
        return switch (word.toUpperCase(Locale.ROOT)) {
            case "SOFT" -> Optional.of(Action.SOFT_REBOOT);
            case "HARD" -> Optional.of(Action.HARD_REBOOT);
            default -> Optional.empty();
        };
    }

    private Response resize(Asked asked) {
        driver.resize(asked.uuid(), reader.readResize(asked.body()));
        workers.perform(asked.uuid());
        return Response.accepted().build();
    }

    private Response rebuild(Asked asked) {
        driver.rebuild(asked.uuid(), reader.readRebuild(asked.body()));
        ObjectNode answer = Json.MAPPER.createObjectNode();
        InstanceWorkers.answerFirst(
                () -> answer.set("server", representation.core(driver.info(asked.uuid()), asked.uri())),
                () -> workers.perform(asked.uuid()));
        return Response.accepted(answer).build();
    }

    private Response consoleOutput(Asked asked) {
        JsonFields console = asked.body().objectOrEmpty("os-getConsoleOutput").allowOnly("length");
        int lines = console.digits("length", -1, Integer.MAX_VALUE).orElse(-1);
        asked.body().findings().throwIfAny();
        return Response.ok(Json.MAPPER.createObjectNode().put("output", driver.consoleOutput(asked.uuid(), lines)))
                .build();
    }
}
