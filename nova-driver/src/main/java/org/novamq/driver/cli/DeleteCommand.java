package org.novamq.driver.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code novamq delete}. One instance that cannot be deleted does not keep the others. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Delete instances, with their disks.",
        footerHeading = "%nExamples:%n",
        footer = {"  novamq delete web1", "  novamq delete --wait web1 web2"})
final class DeleteCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final ServiceOptions service;

    @Option(names = "--wait", description = "Return when they are gone.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "The longest to wait for each, " + ServerWait.DEFAULT_SECONDS + " unless given.")
    private int timeout = ServerWait.DEFAULT_SECONDS;

    @Parameters(paramLabel = "SERVER", arity = "1..*", description = "Ids or names.")
    private List<String> servers = List.of();

    DeleteCommand(Terminal terminal) {
        this.terminal = terminal;
        this.service = new ServiceOptions(terminal);
    }

    @Override
    public Integer call() {
        NovaMqClient client = service.client();
        Failures failures = new Failures(terminal);
        int exitCode = ExitCode.DONE;
        for (String server : servers) {
            try {
                String id = ServerReference.resolve(client, server);
                client.delete(ServerReference.path(id));
                if (wait) {
                    new ServerWait(client, terminal, timeout).untilGone(id, server);
                }
            } catch (ServiceException | CommandFailedException e) {
                failures.print(e);
                exitCode = ExitCode.FAILED;
            }
        }
        return exitCode;
    }
}
