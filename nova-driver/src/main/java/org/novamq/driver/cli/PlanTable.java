package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A plan's answer for people: what each NIC wished, what it gets and why, and what that takes from the budgets. */
final class PlanTable {
    private PlanTable() {}

    /**
     * Prints one answer.
     *
     * @param title what was planned
     * @param answer as {@link org.novamq.driver.json.PlanAnswerWriter} writes it
     */
    static void print(String title, JsonNode answer, PrintStream out) {
        out.println(Printable.line(title));
        Table table = new Table("NIC", "WISH", "QUEUES", "DRIVER", "VECTORS", "WHY");
        for (JsonNode nic : answer.path("nics")) {
            table.row(
                    Printable.field(nic, "id"),
                    wish(
                            nic.path("requested").path("queues"),
                            nic.path("requested").path("source")),
                    nic.path("granted").isNull() ? "none" : Printable.field(nic, "granted"),
                    driver(nic.path("driver")),
                    Printable.field(nic, "vectors", "used"),
                    why(nic.path("limits")));
        }
        table.print(out);
        LedgerText.print(answer, out);
        for (JsonNode warning : answer.path("warnings")) {
            out.println("warning: " + Printable.line(warning.asText()));
        }
    }

    /** {@code "64 (nic)"}. */
    static String wish(JsonNode queues, JsonNode source) {
        return queues.asText() + " (" + Printable.line(source.asText()) + ")";
    }

    /** The limits that lowered a NIC, in order, one a line; a NIC that none lowered needs no reason. */
    static String why(JsonNode limits) {
        List<String> lines = new ArrayList<>();
        for (JsonNode limit : limits) {
            lines.add(Printable.field(limit, "from") + " -> "
                    + (limit.path("to").isNull() ? "none" : Printable.field(limit, "to")) + " "
                    + Printable.field(limit, "limit") + "=" + Printable.field(limit, "value") + " ("
                    + Printable.field(limit, "origin") + ")");
        }
        return lines.isEmpty() ? "as wished" : String.join("\n", lines);
    }

    /** The attributes of libvirt's {@code <driver>}. */
    private static String driver(JsonNode driver) {
        List<String> attributes = new ArrayList<>();
        driver.properties()
                .forEach(attribute -> attributes.add(attribute.getKey() + "="
                        + Printable.line(
                                attribute.getValue().isBoolean()
                                        ? "on"
                                        : attribute.getValue().asText())));
        return attributes.isEmpty() ? Printable.NOTHING : String.join(" ", attributes);
    }
}
