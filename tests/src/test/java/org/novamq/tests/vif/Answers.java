package org.novamq.tests.vif;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.novamq.driver.json.PlanAnswerWriter;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.request.HostLimits;

/** Our answer to a request, through the same doors as {@code POST /v1/plans}. */
public final class Answers {
    private Answers() {}

    /**
     * What came back.
     *
     * @param interfaces every NIC's element; empty when refused
     * @param problems why it was refused; empty when planned
     */
    public record Answer(List<String> interfaces, List<Problem> problems, ObjectNode json) {
        public boolean isRefused() {
            return !problems.isEmpty();
        }
    }

    /** Reads and plans a request. */
    public static Answer of(ObjectNode request) {
        try {
            var question = PlanRequestReader.read(request, HostLimits.DEFAULT);
            InstancePlan plan = InstancePlanner.plan(question.request(), question.host(), question.findings());
            ObjectNode json = PlanAnswerWriter.plan(plan);
            List<String> interfaces = new ArrayList<>();
            for (JsonNode nic : json.get("nics")) {
                interfaces.add(nic.get("interface_xml").textValue());
            }
            return new Answer(interfaces, List.of(), json);
        } catch (InvalidRequestException refused) {
            return new Answer(List.of(), refused.problems(), PlanAnswerWriter.problems(refused.problems()));
        }
    }
}
