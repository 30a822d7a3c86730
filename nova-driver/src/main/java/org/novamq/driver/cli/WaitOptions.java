package org.novamq.driver.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whether, and how long, a command waits for what it has asked for. */
final class WaitOptions {
    @Option(names = "--wait", description = "Return when it is done.")
    private boolean wait;

    private int timeout = ServerWait.DEFAULT_SECONDS;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** Checked here, while the command line is read: a command must not act and then refuse its options. */
    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "The longest to wait for each, from 1, " + ServerWait.DEFAULT_SECONDS + " unless given.")
    void setTimeout(int seconds) {
        if (seconds < 1) {
            throw new ParameterException(
                    Objects.requireNonNull(command).commandLine(),
                    "cannot wait " + seconds + " s: --timeout must be from 1");
        }
        timeout = seconds;
    }

    boolean isGiven() {
        return wait;
    }

    ServerWait begin(NovaMqClient client, Terminal terminal) {
        return new ServerWait(client, terminal, timeout);
    }
}
