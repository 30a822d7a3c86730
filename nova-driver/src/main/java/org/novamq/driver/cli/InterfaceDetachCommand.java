package org.novamq.driver.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code novamq interface-detach}. */
@Command(
        name = "interface-detach",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Detach a NIC: the guest is asked to let go of it.",
            "Where it does not the NIC stays, and 'novamq show' has the fault."
        },
        footerHeading = "%nExamples:%n",
        footer = "  novamq interface-detach --wait web1 PORT")
final class InterfaceDetachCommand extends ChangeCommand {
    @Parameters(index = "1", paramLabel = "PORT", description = "The NIC's id, from interface-list.")
    private String port = "";

    InterfaceDetachCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    boolean change(NovaMqClient client, String id) {
        client.delete(InterfaceAttachCommand.path(id) + "/" + NovaMqClient.segment(port));
        return true;
    }
}
