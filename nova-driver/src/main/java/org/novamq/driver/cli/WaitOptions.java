package org.novamq.driver.cli;

import picocli.CommandLine.Option;

/** Whether, and how long, a command waits for what it has asked for. */
final class WaitOptions {
    @Option(names = "--wait", description = "Return when it is done.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "The longest to wait for each, " + ServerWait.DEFAULT_SECONDS + " unless given.")
    private int timeout = ServerWait.DEFAULT_SECONDS;

    boolean isGiven() {
        return wait;
    }

    ServerWait begin(NovaMqClient client, Terminal terminal) {
        return new ServerWait(client, terminal, timeout);
    }
}
