package org.novamq.driver.cli;

import picocli.CommandLine.Command;

/** {@code novamq delete}. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Delete instances, with their disks.",
        footerHeading = "%nExamples:%n",
        footer = {"  novamq delete web1", "  novamq delete --wait web1 web2"})
final class DeleteCommand extends ServersCommand {
    DeleteCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void change(NovaMqClient client, String id) {
        client.delete(ServerReference.path(id));
    }

    @Override
    void await(ServerWait wait, String id, String name) {
        wait.untilGone(id, name);
    }
}
