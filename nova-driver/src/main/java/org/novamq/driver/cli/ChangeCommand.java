package org.novamq.driver.cli;

import picocli.CommandLine.Mixin;

/** What the commands that change one instance have in common. */
abstract class ChangeCommand extends OneServerCommand {
    @Mixin
    private final WaitOptions waiting = new WaitOptions();

    ChangeCommand(Terminal terminal) {
        super(terminal);
    }

    /**
     * Asks the service for the change.
     *
     * @return whether it is still to be done
     */
    abstract boolean change(NovaMqClient client, String id);

    @Override
    final void run(NovaMqClient client, String id) {
        boolean underWay = change(client, id);
        if (underWay && waiting.isGiven()) {
            waiting.begin(client, terminal()).untilIdle(id, server());
        }
    }
}
