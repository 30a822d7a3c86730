package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;

/** The ledger for people: a bar of the guest's MSI vectors, and who takes them. */
final class LedgerText {
    private static final int BAR_WIDTH = 50;

    private LedgerText() {}

    /** Prints the {@code vectors}, and where they are there {@code irq_routes} and {@code vhost_memory_kib}. */
    static void print(JsonNode answer, PrintStream out) {
        JsonNode vectors = answer.path("vectors");
        int used = vectors.path("used").asInt();
        String origin = "(" + Printable.field(vectors, "origin") + ")";
        if (vectors.path("budget").isNumber()) {
            int budget = vectors.path("budget").asInt();
            String rest = used <= budget ? (budget - used) + " left" : (used - budget) + " TOO MANY";
            out.println(
                    "MSI vectors [" + bar(used, budget) + "] " + used + " of " + budget + ", " + rest + " " + origin);
        } else {
            out.println("MSI vectors " + used + ", without a budget " + origin);
        }
        out.println("  " + takers(answer, used));
        if (answer.path("irq_routes").path("used").asInt() > 0) {
            out.println("IRQ routes " + Printable.field(answer, "irq_routes", "used") + " of "
                    + Printable.field(answer, "irq_routes", "limit"));
        }
        if (answer.path("vhost_memory_kib").asInt() > 0) {
            out.println("vhost memory " + Printable.field(answer, "vhost_memory_kib") + " KiB");
        }
    }

    /** {@code "NICs 12, disk 1: 3, serial 1: 2"}: vectors of each kind of device. */
    private static String takers(JsonNode answer, int used) {
        StringBuilder kinds = new StringBuilder();
        int devices = 0;
        for (JsonNode device : answer.path("vectors").path("devices")) {
            devices += device.path("vectors").asInt();
            kinds.append(", ")
                    .append(Printable.field(device, "count"))
                    .append(" x ")
                    .append(Printable.field(device, "device"))
                    .append(' ')
                    .append(Printable.field(device, "vectors"));
        }
        return "NICs " + (used - devices) + kinds;
    }

    private static String bar(int used, int budget) {
        int filled =
                budget == 0 ? BAR_WIDTH : (int) Math.min(BAR_WIDTH, ((long) used * BAR_WIDTH + budget - 1) / budget);
        return "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled);
    }
}
