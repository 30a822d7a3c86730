package org.novamq.tests.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;

/** Through the guest agent, which has to answer. */
final class AgentShell implements Shell {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int POLLS = 300;
    private static final long POLL_MILLIS = 100;

    private final Hypervisor hypervisor;
    private final UUID uuid;

    AgentShell(Hypervisor hypervisor, UUID uuid) {
        this.hypervisor = hypervisor;
        this.uuid = uuid;
    }

    @Override
    public String run(String script) throws InterruptedException {
        awaitAgent();
        ObjectNode program = JSON.createObjectNode().put("path", "/bin/sh").put("capture-output", true);
        program.putArray("arg").add("-c").add(script);
        long pid = command("guest-exec", program).path("pid").asLong();
        for (int poll = 0; poll < POLLS; poll++) {
            JsonNode status =
                    command("guest-exec-status", JSON.createObjectNode().put("pid", pid));
            if (status.path("exited").asBoolean()) {
                return new String(
                        Base64.getDecoder().decode(status.path("out-data").asText()), StandardCharsets.UTF_8);
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new AssertionError("the script has not ended in the guest " + uuid);
    }

    /** It is started before the guest says that it is ready, and opens its channel a little later. */
    private void awaitAgent() throws InterruptedException {
        Optional<HypervisorException> last = Optional.empty();
        for (int poll = 0; poll < POLLS; poll++) {
            try {
                command("guest-ping", JSON.createObjectNode());
                return;
            } catch (HypervisorException e) {
                last = Optional.of(e);
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new AssertionError("the agent of the guest " + uuid + " does not answer", last.orElse(null));
    }

    private JsonNode command(String name, ObjectNode arguments) {
        ObjectNode command = JSON.createObjectNode().put("execute", name);
        command.set("arguments", arguments);
        try {
            return JSON.readTree(hypervisor.agentCommand(uuid, command.toString(), TIMEOUT))
                    .path("return");
        } catch (JsonProcessingException e) {
            throw new AssertionError("cannot read the agent's answer to " + name, e);
        }
    }
}
