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

    /** @throws UsageException if the timeout is none */
    ServerWait begin(NovaMqClient client, Terminal terminal) {
        if (timeout < 1) {
            throw new UsageException("cannot wait " + timeout + " s: --timeout must be from 1");
        }
        return new ServerWait(client, terminal, timeout);
    }
}
