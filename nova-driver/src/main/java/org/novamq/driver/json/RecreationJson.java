package org.novamq.driver.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.NicWish;
import org.novamq.image.Problem;
import org.novamq.vif.Recreation;
import org.novamq.vif.frontend.DriverElement;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;

/**
 * The migration check: {@code {"request": …, "plan": …, "host": …}}, an instance's request and plan in the form of the dry
 * run, and the other host's limits.
 */
public final class RecreationJson {
    private RecreationJson() {}

    /**
     * Whether the host can make the instance again as it runs, and if not, why.
     *
     * @param here the limits where the question names no other host: the request's own {@code host} goes before them
     * @throws org.novamq.image.InvalidRequestException with every problem of the question's form
     */
    public static ObjectNode check(ObjectNode body, HostLimits here) {
        Findings findings = new Findings();
        JsonFields root = new JsonFields(body, "", findings).allowOnly("request", "plan", "host");
        root.required("request", root::object);
        Optional<JsonFields> plan = root.required("plan", root::object);
        root.object("host");
        List<Recreation.Running> running = plan.map(RecreationJson::running).orElse(List.of());
        findings.throwIfAny();
        ObjectNode request = body.get("request").deepCopy();
        request.remove("running");
        if (root.has("host")) {
            request.set("host", body.get("host"));
        }
        PlanRequestReader.Question question = read(request, root.has("host") ? HostLimits.DEFAULT : here);
        PlanRequest asked = question.request();
        if (asked.nics().size() != running.size()) {
            findings.problem(
                    "plan.nics",
                    running.size(),
                    "cannot compare " + running.size() + " planned NICs with "
                            + asked.nics().size() + " requested ones: they must be the same");
        }
        findings.throwIfAny();
        List<Recreation.Difference> differences = Recreation.differences(asked, question.host(), running);
        ObjectNode answer = Json.MAPPER.createObjectNode().put("possible", differences.isEmpty());
        answer.set("reasons", list(differences));
        return answer;
    }

    /** What is wrong with the request is told by its path in the question. */
    private static PlanRequestReader.Question read(ObjectNode request, HostLimits host) {
        try {
            PlanRequestReader.Question question = PlanRequestReader.read(request, host);
            question.findings().throwIfAny();
            return question;
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(e.problems().stream()
                    .map(problem -> new Problem(path(problem.field()), problem.value(), problem.message()))
                    .toList());
        }
    }

    private static String path(String field) {
        return field.equals("host") || field.startsWith("host.") ? field : "request." + field;
    }

    /** A plan's NICs as they run; what else the plan says is not looked at. */
    public static List<Recreation.Running> running(JsonFields plan) {
        List<Recreation.Running> running = new ArrayList<>();
        for (JsonFields nic : plan.objects("nics")) {
            running.add(new Recreation.Running(
                    nic.integer("granted", 1, NicWish.MAX_QUEUES),
                    nic.object("driver").map(RecreationJson::driver)));
        }
        return running;
    }

    private static DriverElement driver(JsonFields driver) {
        return new DriverElement(
                driver.word("name"),
                driver.integer("queues", 1, NicWish.MAX_QUEUES),
                driver.bool("packed").orElse(false),
                driver.integer("rx_queue_size", 1, Integer.MAX_VALUE),
                driver.integer("tx_queue_size", 1, Integer.MAX_VALUE));
    }

    /** In the answer's form. */
    public static JsonNode list(List<Recreation.Difference> differences) {
        ArrayNode list = Json.MAPPER.createArrayNode();
        differences.forEach(difference -> list.addObject()
                .put("nic", difference.nic())
                .put("field", difference.field())
                .put("has", difference.has())
                .put("would", difference.would())
                .put("message", difference.message()));
        return list;
    }
}
