package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.novamq.driver.json.Json;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code novamq start}, {@code stop} and the others that need nothing but instances, under novaclient's names. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
final class ActionCommand extends ServersCommand {
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

    private final Action action;

    private ActionCommand(Terminal terminal, Action action) {
        super(terminal);
        this.action = action;
    }

    static CommandLine of(Terminal terminal, Action action) {
        CommandLine command = new CommandLine(new ActionCommand(terminal, action));
        command.getCommandSpec().name(action.command()).usageMessage().description(action.description);
        command.getCommandSpec()
                .usageMessage()
                .footerHeading("%nExamples:%n")
                .footer("  novamq " + action.command() + " --wait web1 web2");
        return command;
    }

    @Override
    void change(NovaMqClient client, String id) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putNull(action.key);
        client.act(id, body);
    }

    @Override
    void await(ServerWait wait, String id, String name) {
        wait.untilIdle(id, name);
    }
}
