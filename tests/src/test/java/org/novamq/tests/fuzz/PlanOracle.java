package org.novamq.tests.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.PlanAnswerWriter;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.NicPlan;
import org.novamq.vif.queue.Limit;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.NicRequest;

/** What holds for the answer to any request whatsoever. */
final class PlanOracle {
    private static final int MAX_QUEUES = 256;

    private PlanOracle() {}

    /** Asks as {@code POST /v1/plans} does; a refusal is as good an answer as a plan. */
    static Optional<InstancePlan> ask(String text) {
        InstancePlan plan;
        PlanRequestReader.Question question;
        ObjectNode request;
        try {
            request = Json.parseObject(text);
            question = PlanRequestReader.read(request, HostLimits.DEFAULT);
            plan = InstancePlanner.plan(question.request(), question.host(), question.findings());
            // the XML is written with the answer
            PlanAnswerWriter.plan(plan);
        } catch (InvalidRequestException refused) {
            checkRefusal(refused);
            return Optional.empty();
        }
        check(request, question, plan);
        return Optional.of(plan);
    }

    static void checkRefusal(InvalidRequestException refused) {
        require(!refused.problems().isEmpty(), "a refusal without a reason");
        for (Problem problem : refused.problems()) {
            require(!problem.message().isBlank(), "a problem without a word: " + problem.field());
        }
        checkSendable(PlanAnswerWriter.problems(refused.problems()));
    }

    private static void check(ObjectNode request, PlanRequestReader.Question question, InstancePlan plan) {
        ObjectNode answer = PlanAnswerWriter.plan(plan);
        checkSendable(answer);
        checkSums(answer);
        require(plan.nics().size() == question.request().nics().size(), "a NIC got lost");
        Set<String> texts = texts(request);
        for (int i = 0; i < plan.nics().size(); i++) {
            NicRequest asked = question.request().nics().get(i);
            NicPlan nic = plan.nics().get(i);
            require(nic.id().equals(asked.vif().id()), "a NIC of another name");
            // two of them may be the same
            Set<String> names = new HashSet<>(List.of(
                    asked.vif().targetName(),
                    asked.vif().nameOf("qbr"),
                    asked.vif().nameOf("vhu"),
                    asked.vif().nameOf("nic")));
            Predicate<String> isInput = value -> texts.contains(value) || names.contains(value);
            Markup.checkNic(nic.interfaceXml(), isInput);
            checkChain(nic);
        }
        InstancePlan again = InstancePlanner.plan(question.request(), question.host());
        require(
                Json.line(PlanAnswerWriter.plan(again).get("nics")).equals(Json.line(answer.get("nics"))),
                "the second answer is another");
    }

    private static void checkSums(ObjectNode answer) {
        int used = 0;
        for (JsonNode nic : answer.get("nics")) {
            used += nic.at("/vectors/used").intValue();
            require(
                    nic.at("/vectors/used").intValue()
                            <= nic.at("/vectors/reserved").intValue(),
                    "more vectors than the device has");
        }
        for (JsonNode device : answer.at("/vectors/devices")) {
            used += device.get("vectors").intValue();
            require(device.get("vectors").intValue() >= 0 && device.get("count").intValue() > 0, "no device");
        }
        require(used == answer.at("/vectors/used").intValue(), "the vectors do not add up to used");
        JsonNode budget = answer.at("/vectors/budget");
        if (!budget.isNull() && used > budget.intValue()) {
            for (JsonNode nic : answer.get("nics")) {
                require(nic.get("granted").asInt(1) == 1, "over the budget, and yet a NIC has several queues");
            }
        }
        require(answer.get("vhost_memory_kib").intValue() >= 0, "less than no memory");
        require(answer.at("/irq_routes/used").intValue() >= 0, "less than no routes");
    }

    /** Each limit begins where the one before ended, in their order, and the last is the grant. */
    private static void checkChain(NicPlan nic) {
        int queues = nic.requested().queues();
        require(queues >= 1, "a wish for nothing");
        Limit last = null;
        for (Limit limit : nic.limits()) {
            require(last == null || last.name().compareTo(limit.name()) < 0, "limits out of order");
            require(limit.from() == queues, "a limit begins elsewhere");
            require(limit.to().orElse(0) < queues, "a limit that does not lower");
            queues = limit.to().orElse(0);
            last = limit;
        }
        if (nic.granted().isPresent()) {
            require(nic.granted().get() == queues, "the grant is not what the limits leave");
            require(queues >= 1 && queues <= MAX_QUEUES, "a grant of " + queues);
        }
        nic.device()
                .driver()
                .flatMap(driver -> driver.queues())
                .ifPresent(written -> require(nic.granted().equals(Optional.of(written)), "the XML has other queues"));
    }

    /** What cannot be sent as UTF-8, or comes back otherwise, is an error 500 to the client. */
    private static void checkSendable(ObjectNode answer) {
        try {
            byte[] sent = Json.MAPPER.writeValueAsBytes(answer);
            require(
                    Json.MAPPER.readTree(sent).equals(Json.MAPPER.readTree(Json.asciiLine(answer))),
                    "it changes on its way");
        } catch (IOException e) {
            throw new AssertionError("cannot be sent: " + e.getMessage(), e);
        }
    }

    /** Every scalar of a request, as text; a boolean also as Python writes it, and a MAC also as os-vif writes it. */
    private static Set<String> texts(JsonNode node) {
        Set<String> texts = new HashSet<>();
        if (node.isContainerNode()) {
            node.forEach(child -> texts.addAll(texts(child)));
        } else if (!node.isNull()) {
            String text = Objects.toString(Json.MAPPER.convertValue(node, Object.class));
            texts.add(text);
            texts.add(node.asText());
            texts.add(text.toLowerCase(Locale.ROOT).replace('-', ':'));
            if (node.isBoolean()) {
                texts.add(node.booleanValue() ? "True" : "False");
            }
        }
        return texts;
    }

    static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
