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
        print(failure);
        if (failure instanceof UsageException) {
            hint(command);
            return ExitCode.USAGE;
        }
        return failure instanceof ServiceUnreachableException ? ExitCode.UNREACHABLE : ExitCode.FAILED;
    }

    /** Says what went wrong. */
    void print(Exception failure) {
        if (failure instanceof InvalidRequestException refusal) {
            print(refusal.problems());
        } else if (failure instanceof ServiceException refusal) {
            print(refusal.problems());
        } else if (failure instanceof UsageException
                || failure instanceof CommandFailedException
                || failure instanceof ServiceUnreachableException
                || failure instanceof IOException
                || failure instanceof UncheckedIOException) {
            terminal.err().println(failure.getMessage());
        } else {
            terminal.err().println("cannot finish, by a fault of novamq's own (--debug shows where): " + failure);
        }
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
