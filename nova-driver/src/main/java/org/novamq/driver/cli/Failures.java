package org.novamq.driver.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into lines for people and an exit code; a stack trace only under {@code --debug}. */
final class Failures {
    private final Terminal terminal;

    Failures(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A command line that picocli cannot read. */
    int onUsage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        terminal.err().println(failure.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(failure, command.getErr())) {
            hint(command);
        }
        return ExitCode.USAGE;
    }

    /** An exception from a command. */
    int onExecution(Exception failure, CommandLine command, boolean debug) {
        if (debug) {
            failure.printStackTrace(terminal.err());
        }
        if (failure instanceof InvalidRequestException refusal) {
            print(refusal.problems());
            return ExitCode.FAILED;
        }
        if (failure instanceof UsageException) {
            terminal.err().println(failure.getMessage());
            hint(command);
            return ExitCode.USAGE;
        }
        if (failure instanceof UncheckedIOException || failure instanceof IOException) {
            terminal.err().println(failure.getMessage());
            return ExitCode.FAILED;
        }
        terminal.err().println("cannot finish: " + failure + (debug ? "" : " (--debug shows where)"));
        return ExitCode.FAILED;
    }

    /** One line each: {@code field: message}. */
    void print(List<Problem> problems) {
        for (Problem problem : problems) {
            String field = problem.field().isEmpty() ? "" : problem.field() + ": ";
            terminal.err().println(Printable.line(field + problem.message()));
        }
    }

    private void hint(CommandLine command) {
        terminal.err().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
}
