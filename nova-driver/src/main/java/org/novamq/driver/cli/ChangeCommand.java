package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What the commands that change one instance have in common. */
abstract class ChangeCommand implements Runnable {
    private final Terminal terminal;

    @Mixin
    private final ServiceOptions service;

    @Mixin
    private final WaitOptions waiting = new WaitOptions();

    @Parameters(index = "0", paramLabel = "SERVER", description = "Its id or name.")
    private String server = "";

    ChangeCommand(Terminal terminal) {
        this.terminal = terminal;
        this.service = new ServiceOptions(terminal);
    }

    /** Asks the service for the change. */
    abstract void change(NovaMqClient client, String id);

    @Override
    public final void run() {
        NovaMqClient client = service.client();
        String id = ServerReference.resolve(client, server);
        change(client, id);
        if (waiting.isGiven()) {
            waiting.begin(client, terminal).untilIdle(id, server);
        }
    }

    final Terminal terminal() {
        return terminal;
    }

    /** The NICs of an instance, as a table. */
    final void printInterfaces(Iterable<JsonNode> attachments) {
        InterfacesTable.print(attachments, terminal.out());
    }
}
