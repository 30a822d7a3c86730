package org.novamq.driver.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What the commands about one instance have in common. */
abstract class OneServerCommand implements Runnable {
    private final Terminal terminal;

    @Mixin
    private final ServiceOptions service;

    @Parameters(index = "0", paramLabel = "SERVER", description = "Its id or name.")
    private String server = "";

    OneServerCommand(Terminal terminal) {
        this.terminal = terminal;
        this.service = new ServiceOptions(terminal);
    }

    /**
     * Does it.
     *
     * @param id of the instance that was named
     */
    abstract void run(NovaMqClient client, String id);

    /**
     * Checks the options; called before anything is sent.
     *
     * @throws UsageException if they cannot be used
     */
    void checkOptions() {}

    @Override
    public final void run() {
        checkOptions();
        NovaMqClient client = service.client();
        run(client, ServerReference.resolve(client, server));
    }

    final Terminal terminal() {
        return terminal;
    }

    /** As the user named it. */
    final String server() {
        return server;
    }
}
