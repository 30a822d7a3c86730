package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;

/** The NICs of an instance for people. */
final class InterfacesTable {
    private InterfacesTable() {}

    static void print(Iterable<JsonNode> attachments, PrintStream out) {
        Table table = new Table("PORT ID", "NET ID", "MAC", "STATE");
        attachments.forEach(nic -> table.row(
                Printable.field(nic, "port_id"),
                Printable.field(nic, "net_id"),
                Printable.field(nic, "mac_addr"),
                Printable.field(nic, "port_state")));
        table.print(out);
    }
}
