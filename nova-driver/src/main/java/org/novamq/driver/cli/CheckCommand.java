package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.PlanAnswerWriter;
import org.novamq.driver.json.RecreationJson;
import org.novamq.image.InvalidRequestException;
import org.novamq.vif.request.HostLimits;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code novamq check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Say whether another host can make a running instance again exactly as it is.",
            "Needs no service and no hypervisor. Exit code 1 if it cannot."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  curl -s $NOVAMQ_URL/v1/instances/$ID |",
            "      jq '{request, plan, host: {kernel_release: \"6.1.0\", max_queues: 2}}' | novamq check --file -"
        })
final class CheckCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            required = true,
            description = "JSON: {\"request\": ..., \"plan\": ..., \"host\": ...}. '-' reads from stdin.")
    private String file = "";

    @Option(names = "--json", description = "Print the answer as one line of JSON.")
    private boolean json;

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        String text;
        try (InputStream in = terminal.open(file)) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        try {
            ObjectNode answer = RecreationJson.check(Json.parseObject(text), HostLimits.DEFAULT);
            print(answer);
            return answer.path("possible").asBoolean() ? ExitCode.DONE : ExitCode.FAILED;
        } catch (InvalidRequestException e) {
            if (json) {
                terminal.out().answer(Json.line(PlanAnswerWriter.problems(e.problems())));
            } else {
                new Failures(terminal).print(e.problems());
            }
            return ExitCode.FAILED;
        }
    }

    private void print(ObjectNode answer) {
        if (json) {
            terminal.out().answer(Json.line(answer));
        } else if (answer.path("possible").asBoolean()) {
            terminal.out().println("possible: the host makes every NIC as it is");
        } else {
            terminal.out().println("not possible:");
            answer.path("reasons")
                    .forEach(reason -> terminal.out()
                            .println(
                                    "  " + Printable.line(reason.path("message").asText())));
        }
    }
}
