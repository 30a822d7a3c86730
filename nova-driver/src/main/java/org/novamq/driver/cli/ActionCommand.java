package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.novamq.driver.json.Json;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code novamq start}, {@code stop} and the others that need nothing but instances, under novaclient's names. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
final class ActionCommand implements Callable<Integer> {
    /** An action of Nova's that has no parameters. */
    enum Action {
        START("os-start", "Start instances that are off."),
        STOP("os-stop", "Stop instances: the guests are asked to power off, and after a while it is done for them."),
        PAUSE("pause", "Pause instances: their vCPUs stop, their memory stays."),
        UNPAUSE("unpause", "Let paused instances run on."),
        SUSPEND("suspend", "Suspend instances: their memory is written to disk."),
        RESUME("resume", "Let suspended instances run on."),
        RESIZE_CONFIRM("confirmResize", "Keep instances as they were resized."),
        RESIZE_REVERT("revertResize", "Make instances again what they were before a resize.");

        private final String key;
        private final String description;

        Action(String key, String description) {
            this.key = key;
            this.description = description;
        }

        String command() {
            return Printable.option(name());
        }
    }

    private final Terminal terminal;
    private final Action action;

    @Mixin
    private final ServiceOptions service;

    @Option(names = "--wait", description = "Return when it is done.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "The longest to wait for each, " + ServerWait.DEFAULT_SECONDS + " unless given.")
    private int timeout = ServerWait.DEFAULT_SECONDS;

    @Parameters(paramLabel = "SERVER", arity = "1..*", description = "Ids or names.")
    private List<String> servers = List.of();

    private ActionCommand(Terminal terminal, Action action) {
        this.terminal = terminal;
        this.action = action;
        this.service = new ServiceOptions(terminal);
    }

    static CommandLine of(Terminal terminal, Action action) {
        CommandLine command = new CommandLine(new ActionCommand(terminal, action));
        command.getCommandSpec().name(action.command()).usageMessage().description(action.description);
        return command;
    }

    @Override
    public Integer call() {
        NovaMqClient client = service.client();
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putNull(action.key);
        Failures failures = new Failures(terminal);
        int exitCode = ExitCode.DONE;
        for (String server : servers) {
            try {
                String id = ServerReference.resolve(client, server);
                client.act(id, body);
                if (wait) {
                    new ServerWait(client, terminal, timeout).untilIdle(id, server);
                }
            } catch (ServiceException | CommandFailedException e) {
                failures.print(e);
                exitCode = ExitCode.FAILED;
            }
        }
        return exitCode;
    }
}
