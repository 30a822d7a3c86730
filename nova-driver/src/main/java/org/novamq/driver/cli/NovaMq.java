package org.novamq.driver.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line {@code novamq}. Each command is a class of its own; this one only joins them. */
@Command(
        name = "novamq",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Boot instances whose NICs have the virtio queues that were asked for, and say why they got them.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:refused, or failed",
            "2:the command line is wrong",
            "3:the service cannot be reached"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  novamq plan --vcpus 4 --nic net-id=data,queues=4 --nic net-id=admin",
            "  novamq boot web1 --image debian --flavor m1.mq --nic net-id=data,queues=4 --nic net-id=admin --wait",
            "  novamq queues web1",
            "  source <(novamq generate-completion)"
        })
public final class NovaMq implements Runnable {
    /** Examples are wider than picocli's 80; a line that is broken cannot be pasted. */
    private static final int HELP_WIDTH = 120;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces of failures.")
    private boolean debug;

    private NovaMq() {}

    /** Runs one command. Without a failure it only returns: the service goes on in threads of its own. */
    public static void main(String[] args) {
        int exitCode = run(Terminal.ofProcess(), args);
        if (exitCode != ExitCode.DONE) {
            System.exit(exitCode);
        }
    }

    /** Runs one command. */
    static int run(Terminal terminal, String... args) {
        NovaMq root = new NovaMq();
        Failures failures = new Failures(terminal);
        CommandLine commands = new CommandLine(root)
                .addSubcommand(new PlanCommand(terminal))
                .addSubcommand(new CheckCommand(terminal))
                .addSubcommand(new BootCommand(terminal))
                .addSubcommand(new ListCommand(terminal))
                .addSubcommand(new ShowCommand(terminal))
                .addSubcommand(new CommandLine(new QueuesCommand(terminal))
                        .addSubcommand(new QueuesSetCommand(terminal))
                        .addSubcommand(new QueuesActivateCommand(terminal))
                        .addSubcommand(new QueuesSnippetCommand(terminal)))
                .addSubcommand(new ConsoleLogCommand(terminal))
                .addSubcommand(new RebootCommand(terminal))
                .addSubcommand(new ResizeCommand(terminal))
                .addSubcommand(new RebuildCommand(terminal))
                .addSubcommand(new MetaCommand(terminal))
                .addSubcommand(new InterfaceListCommand(terminal))
                .addSubcommand(new InterfaceAttachCommand(terminal))
                .addSubcommand(new InterfaceDetachCommand(terminal))
                .addSubcommand(new DeleteCommand(terminal))
                .addSubcommand(new HostCommand(terminal))
                .addSubcommand(new ServerCommand())
                .addSubcommand(new CommandLine.HelpCommand())
                .addSubcommand(new AutoComplete.GenerateCompletion());
        for (ActionCommand.Action action : ActionCommand.Action.values()) {
            commands.addSubcommand(ActionCommand.of(terminal, action));
        }
        int exitCode = commands.setOut(writer(terminal.out()))
                .setErr(writer(terminal.err()))
                .setExpandAtFiles(false)
                .setUsageHelpWidth(HELP_WIDTH)
                .setParameterExceptionHandler(failures::onUsage)
                .setExecutionExceptionHandler((e, command, result) -> failures.onExecution(e, command, root.debug))
                .execute(args);
        Optional<String> loss = terminal.out().loss();
        loss.ifPresent(why -> terminal.err().println("cannot write the answer: " + why));
        return loss.isPresent() ? ExitCode.FAILED : exitCode;
    }

    private static PrintWriter writer(java.io.PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    @Override
    public void run() {
        throw new UsageException("cannot do anything without a command");
    }
}
