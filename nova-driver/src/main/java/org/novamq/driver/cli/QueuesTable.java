package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.Set;

/** The queues of an instance for people: planned, in its domain, and in use by the guest. */
final class QueuesTable {
    private QueuesTable() {}

    /** Prints the answer of {@code GET /v1/instances/{id}/queues}. */
    static void print(JsonNode answer, PrintStream out) {
        JsonNode instance = answer.path("instance");
        out.println(Printable.field(instance, "name") + " (" + Printable.field(instance, "id") + "): "
                + Printable.field(instance, "status"));
        Table table = new Table("NIC", "NETWORK", "MAC", "WISH", "PLANNED", "IN DOMAIN", "IN USE", "VERDICT", "WHY");
        for (JsonNode nic : answer.path("nics")) {
            JsonNode planned = nic.path("planned");
            table.row(
                    Printable.field(nic, "id"),
                    Printable.field(nic, "network"),
                    Printable.field(nic, "mac"),
                    PlanTable.wish(planned.path("requested"), planned.path("source")),
                    Printable.field(planned, "queues"),
                    Printable.field(nic, "provisioned", "queues"),
                    inUse(nic.path("active")),
                    Printable.field(nic, "verdict"),
                    PlanTable.why(planned.path("limits")));
        }
        table.print(out);
        reasons(answer).forEach(out::println);
        LedgerText.print(answer, out);
        for (JsonNode drift : answer.path("drift")) {
            out.println("drift, at the next hard reboot: " + Printable.field(drift, "message"));
        }
        for (JsonNode warning : answer.path("warnings")) {
            out.println("warning: " + Printable.line(warning.asText()));
        }
    }

    /** What lies behind every verdict that is not OK. */
    private static Set<String> reasons(JsonNode answer) {
        Set<String> reasons = new LinkedHashSet<>();
        for (JsonNode nic : answer.path("nics")) {
            if (nic.hasNonNull("verdict") && !nic.path("verdict").asText().equals("OK")) {
                reasons.add(Printable.field(nic, "verdict") + ", NIC " + Printable.field(nic, "id") + ": "
                        + Printable.field(nic, "reason"));
            }
        }
        return reasons;
    }

    /** {@code "4 of 4, 9 vectors (agent)"}, or what the host sees by itself. */
    private static String inUse(JsonNode active) {
        if (!active.isObject()) {
            return Printable.NOTHING;
        }
        StringBuilder text = new StringBuilder(
                active.path("queues").isNumber() ? active.path("queues").asText() : "unknown");
        if (active.path("max").isNumber()) {
            text.append(" of ").append(active.path("max").asInt());
        }
        if (active.path("msi_vectors").isNumber()) {
            text.append(", ").append(active.path("msi_vectors").asInt()).append(" vectors");
        }
        text.append(" (").append(Printable.field(active, "evidence")).append(')');
        return text.toString();
    }
}
