package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.novamq.driver.host.PciDevices;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.PlanAnswerWriter;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.image.InvalidRequestException;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code novamq plan}: the dry run. Needs no service and no hypervisor. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Say how many queues each NIC of an instance would get, and why.",
            "Needs no service and no hypervisor, and changes nothing."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  novamq plan --vcpus 4 --nic net-id=data,queues=4 --nic net-id=admin",
            "  novamq plan --vcpus 64 --image-property os_distro=debian --image-property os_version=12 \\",
            "      --extra-spec hw:vif_multiqueue_enabled=true --nic net-id=blue --nic net-id=green",
            "  novamq plan --file request.json",
            "  generate-requests | novamq plan --file - --json | jq '.nics[].granted'"
        })
final class PlanCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Read requests in JSON: a single one, or many, one a line. '-' reads from stdin.")
    private Optional<String> file = Optional.empty();

    @Option(
            names = "--json",
            description = "Print one line of JSON for each request, {\"problems\": [...]} for a refused one.")
    private boolean json;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The service's configuration, for what requests leave out; unless given,"
                    + " /etc/novamq/novamq.yaml where it exists.")
    private Optional<Path> config = Optional.empty();

    @Mixin
    private PlanOptions options = new PlanOptions();

    PlanCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (file.isPresent() == options.isGiven()) {
            throw new UsageException("cannot plan: give either --file, or --vcpus and at least one --nic");
        }
        HostLimits host = HostDefaults.load(config);
        if (file.isEmpty()) {
            ObjectNode request = options.toRequest();
            return answer(() -> request, host) == Outcome.PLANNED ? ExitCode.DONE : ExitCode.FAILED;
        }
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(terminal.open(file.get()), StandardCharsets.UTF_8))) {
            return filter(new RequestTexts(reader), host);
        }
    }

    private int filter(RequestTexts texts, HostLimits host) throws IOException {
        int exitCode = ExitCode.DONE;
        int count = 0;
        for (Optional<String> text = texts.next(); text.isPresent(); text = texts.next()) {
            String one = text.get();
            count++;
            Outcome outcome = answer(() -> Json.parseObject(one), host);
            if (outcome == Outcome.REFUSED) {
                exitCode = ExitCode.FAILED;
            }
            if (terminal.out().isClosed()) {
                return exitCode;
            }
        }
        if (count == 0) {
            terminal.err().println("no request in " + file.orElse("-"));
        }
        return exitCode;
    }

    private enum Outcome {
        PLANNED,
        REFUSED
    }

    /** What a request is read from; reading may refuse it. */
    private interface RequestSource {
        ObjectNode read();
    }

    private Outcome answer(RequestSource source, HostLimits host) {
        try {
            PlanRequestReader.Question question = PlanRequestReader.read(source.read(), host);
            HostLimits limits = new PciDevices().beside(question.host(), question.request());
            InstancePlan plan = InstancePlanner.plan(question.request(), limits, question.findings());
            ObjectNode answer = PlanAnswerWriter.plan(plan);
            if (json) {
                terminal.out().answer(Json.line(answer));
            } else {
                PlanTable.print(title(question.request()), answer, terminal.out());
            }
            return Outcome.PLANNED;
        } catch (InvalidRequestException e) {
            if (json) {
                terminal.out().answer(Json.line(PlanAnswerWriter.problems(e.problems())));
            } else {
                new Failures(terminal).print(e.problems());
            }
            return Outcome.REFUSED;
        }
    }

    private static String title(PlanRequest request) {
        int vcpus = request.flavor().vcpus();
        return request.instance().name() + ": " + vcpus + (vcpus == 1 ? " vCPU" : " vCPUs") + " under "
                + request.virtType().text();
    }
}
