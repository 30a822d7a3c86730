package org.novamq.driver.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What the commands for several instances have in common. One that fails does not keep the others. */
abstract class ServersCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final ServiceOptions service;

    @Mixin
    private final WaitOptions waiting = new WaitOptions();

    @Parameters(paramLabel = "SERVER", arity = "1..*", description = "Ids or names.")
    private List<String> servers = List.of();

    ServersCommand(Terminal terminal) {
        this.terminal = terminal;
        this.service = new ServiceOptions(terminal);
    }

    /** Asks the service for the change of one. */
    abstract void change(NovaMqClient client, String id);

    /** Returns when that is done. */
    abstract void await(ServerWait wait, String id, String name);

    @Override
    public final Integer call() {
        NovaMqClient client = service.client();
        Failures failures = new Failures(terminal);
        int exitCode = ExitCode.DONE;
        for (String server : servers) {
            try {
                String id = ServerReference.resolve(client, server);
                change(client, id);
                if (waiting.isGiven()) {
                    await(waiting.begin(client, terminal), id, server);
                }
            } catch (ServiceException | CommandFailedException e) {
                failures.print(e);
                exitCode = ExitCode.FAILED;
            }
        }
        return exitCode;
    }
}
