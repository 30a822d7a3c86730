package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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

    /** What an action's body is read by. */
    private interface Handler {
        Response handle(UUID uuid, JsonFields body);
    }

    private final ComputeDriver driver;
    private final ServerRequestReader reader;
    private final InstanceWorkers workers;
    private final Map<String, Handler> handlers = new LinkedHashMap<>();

    ServerActions(ComputeDriver driver, ServerRequestReader reader, InstanceWorkers workers) {
        this.driver = driver;
        this.reader = reader;
        this.workers = workers;
        PLAIN.forEach((name, action) -> handlers.put(name, (uuid, body) -> accept(uuid, action)));
        handlers.put("confirmResize", (uuid, body) -> confirm(uuid));
        handlers.put("reboot", this::reboot);
        handlers.put("resize", this::resize);
        handlers.put("rebuild", this::rebuild);
        handlers.put("os-getConsoleOutput", this::consoleOutput);
    }

    /** 202 once the action is written down; Nova's exceptions are confirmResize (204) and the console (200). */
    @POST
    public Response act(@PathParam("id") String id, String text) {
        ObjectNode body = Json.parseObject(text);
        List<String> names = List.copyOf(handlers.keySet());
        String name = body.size() == 1 ? body.fieldNames().next() : "";
        Handler handler = handlers.get(name);
        if (handler == null) {
            throw new InvalidRequestException(
                    name,
                    String.join(", ", ImmutableList.copyOf(body.fieldNames())),
                    "There is no such action: the body must have one key of " + Texts.choice(names)
                            + Suggestions.hint(name, names));
        }
        return handler.handle(Ids.parse(id), new JsonFields(body, "", new Findings()));
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

    private Response reboot(UUID uuid, JsonFields body) {
        JsonFields reboot = body.objectOrEmpty("reboot").allowOnly("type");
        Optional<Action> action =
                reboot.required("type", name -> reboot.oneOf(name, ServerActions::rebootType, List.of("SOFT", "HARD")));
        body.findings().throwIfAny();
        return accept(uuid, action.orElseThrow());
    }

    /** Nova takes the words in either case. */
    static Optional<Action> rebootType(String word) {
        return switch (word.toUpperCase(Locale.ROOT)) {
            case "SOFT" -> Optional.of(Action.SOFT_REBOOT);
            case "HARD" -> Optional.of(Action.HARD_REBOOT);
            default -> Optional.empty();
        };
    }

    private Response resize(UUID uuid, JsonFields body) {
        driver.resize(uuid, reader.readResize(body));
        workers.perform(uuid);
        return Response.accepted().build();
    }

    private Response rebuild(UUID uuid, JsonFields body) {
        driver.rebuild(uuid, reader.readRebuild(body));
        workers.perform(uuid);
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.set("server", ServerRepresentation.full(driver.info(uuid)));
        return Response.accepted(answer).build();
    }

    private Response consoleOutput(UUID uuid, JsonFields body) {
        JsonFields console = body.objectOrEmpty("os-getConsoleOutput").allowOnly("length");
        int lines = console.digits("length", -1, Integer.MAX_VALUE).orElse(-1);
        body.findings().throwIfAny();
        return Response.ok(Json.MAPPER.createObjectNode().put("output", driver.consoleOutput(uuid, lines)))
                .build();
    }
}
