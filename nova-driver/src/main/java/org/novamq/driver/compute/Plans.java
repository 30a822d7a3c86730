package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.novamq.driver.host.PciDevices;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.Turn;
import org.novamq.driver.json.JsonFields;
import org.novamq.driver.json.PlanAnswerWriter;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.driver.json.RecreationJson;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;
import org.novamq.image.Texts;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.Recreation;
import org.novamq.vif.queue.PciTopology;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.Vif;

/**
 * Plans on this host, for instances that begin and for instances that live: from blueprint to blueprint. What is decided
 * is the planner's; here it is told what is kept, what is new, and what the others have.
 */
final class Plans {
    private final Hypervisor hypervisor;
    private final HostLimits limits;
    private final HostMachines machines;
    private final PciDevices pci = new PciDevices();

    /**
     * Held from counting the host's queues until the plan that was made with that count is written down, where it is
     * counted too: two at once must not both get the last queues.
     */
    private final Lock admission = new ReentrantLock();

    Plans(Hypervisor hypervisor, HostLimits limits) {
        this.hypervisor = hypervisor;
        this.limits = limits;
        this.machines = new HostMachines(hypervisor);
    }

    /** Plans and writes down, alone where instances share a limit. */
    <T> T admitted(Supplier<T> planAndWrite) {
        if (limits.hostMaxQueues().isEmpty()) {
            return planAndWrite.get();
        }
        return Turn.take(admission, Turn.PATIENCE, "count the host's queues", planAndWrite);
    }

    /** A new instance's plan. */
    Planned first(UUID uuid, SpawnRequest spawn, long rootDiskBytes) {
        PlanRequest request = spawn.request();
        HostLimits host = beside(uuid, spawn.host());
        InstancePlan plan = plan(request, host, spawn.findings(), id -> true);
        requireDefinable(request, plan);
        Blueprint blueprint = new Blueprint(
                spawn.image(),
                spawn.flavor(),
                spawn.boot(),
                spawn.rootGib(),
                rootDiskBytes,
                spawn.configDrive(),
                spawn.requestJson(),
                PlanAnswerWriter.plan(plan),
                request.nics().size() + host.hotplugNics());
        return new Planned(blueprint, request, host, plan);
    }

    /** As if it were new; nothing is kept. */
    Blueprint anew(UUID uuid, Blueprint wanted) {
        ObjectNode request = wanted.requestCopy();
        Planned planned = plan(uuid, wanted, request, request, limits);
        requireDefinable(planned.request(), planned.plan());
        return planned.blueprint();
    }

    /** For a domain that is defined anew: each NIC keeps its queues, under the limits of now. */
    Planned kept(UUID uuid, Blueprint blueprint) {
        ObjectNode request = blueprint.requestCopy();
        Planned planned = plan(uuid, blueprint, keepingGrants(blueprint, request), request, limits);
        explainAsBefore(blueprint.plan(), planned.blueprint().plan());
        return planned;
    }

    /** What a hard reboot would change, because the configuration is no longer what it was. */
    List<Recreation.Difference> drift(UUID uuid, Blueprint blueprint) {
        Findings findings = new Findings();
        PlanRequestReader.Question question = PlanRequestReader.read(blueprint.requestCopy(), beside(uuid, limits));
        ObjectNode plan = blueprint.plan().deepCopy();
        return Recreation.differences(
                question.request().withRootDisk(blueprint.boot().disk().isPresent()),
                pci.beside(question.host(), question.request()),
                RecreationJson.running(new JsonFields(plan, "plan", findings)));
    }

    /**
     * With one more NIC, for which the others make no room.
     *
     * @param nic in the form of the dry run
     * @throws InstanceException CONFLICT: the domain has no slot for it
     * @throws org.novamq.vif.queue.NoRoomException not even one queue fits
     */
    Blueprint withNic(UUID uuid, Blueprint blueprint, JsonNode nic, boolean running) {
        requireSlot(uuid, blueprint, running);
        ObjectNode request = blueprint.requestCopy();
        ((ArrayNode) request.get("nics")).add(nic);
        return besideTheOthers(uuid, blueprint, request, keepingGrants(blueprint, request), running);
    }

    /**
     * With these NICs and no others, for a domain that is built anew. One that asks for what it asked for before keeps its
     * queues; the others are planned into what is left.
     *
     * @param nics in the form of the dry run
     */
    Blueprint withNics(UUID uuid, Blueprint blueprint, ArrayNode nics) {
        ObjectNode request = blueprint.requestCopy();
        request.set("nics", nics);
        ObjectNode asked = request.deepCopy();
        for (JsonNode nic : asked.get("nics")) {
            blueprint.indexOf(nic.at("/vif/id").asText()).ifPresent(index -> {
                keepGrant(blueprint, index, nic);
                ((ObjectNode) nic).set("granted_for", blueprint.nicPlan(index).path("requested"));
            });
        }
        Planned planned = plan(uuid, blueprint, asked, request, limits);
        requireDefinable(planned.request(), planned.plan());
        explainAsBefore(blueprint.plan(), planned.blueprint().plan());
        return planned.blueprint();
    }

    /** Without one of its NICs. */
    Blueprint withoutNic(UUID uuid, Blueprint blueprint, int index, boolean running) {
        ObjectNode request = blueprint.requestCopy();
        ((ArrayNode) request.get("nics")).remove(index);
        ObjectNode plan = blueprint.plan().deepCopy();
        ((ArrayNode) plan.get("nics")).remove(index);
        Blueprint rest = blueprint.with(request, plan, blueprint.nicSlots());
        return besideTheOthers(uuid, rest, request, keepingGrants(rest, request), running);
    }

    /** With another wish of one of its NICs, which is planned anew beside the others. */
    Blueprint withQueues(UUID uuid, Blueprint blueprint, int index, int queues, boolean running) {
        ObjectNode request = blueprint.requestCopy();
        ObjectNode nic = (ObjectNode) request.get("nics").get(index);
        nic.remove("throughput");
        nic.put("queues", queues);
        ObjectNode asked = keepingGrants(blueprint, request);
        ((ObjectNode) asked.get("nics").get(index)).remove("granted");
        return besideTheOthers(uuid, blueprint, request, asked, running);
    }

    private Blueprint besideTheOthers(
            UUID uuid, Blueprint blueprint, ObjectNode request, ObjectNode asked, boolean running) {
        if (running) {
            asked.put("running", true);
        }
        HostLimits host = reserving(blueprint, request.get("nics").size());
        JsonNode plan = plan(uuid, blueprint, asked, request, host).blueprint().plan();
        if (running) {
            leaveAsTheyRun(blueprint.plan(), asked, plan);
        }
        explainAsBefore(blueprint.plan(), plan);
        return blueprint.with(request, plan, blueprint.nicSlots());
    }

    /**
     * Refuses one NIC more than a domain has slots for: the root ports and bridges that it was built with. One that is off
     * is given what it lacks.
     */
    private void requireSlot(UUID uuid, Blueprint blueprint, boolean running) {
        PciTopology pci = topology(blueprint);
        if (running && blueprint.nicCount() + 1 > pci.nicSlots()) {
            throw new InstanceException(
                    InstanceException.Reason.CONFLICT,
                    "cannot attach a NIC to instance " + uuid + ": its domain was built with "
                            + (pci.rootPorts() > 0 ? "root ports" : "PCI slots") + " for " + pci.nicSlots()
                            + " NICs (hotplug_nics in the configuration), and all are taken; a hard reboot builds it with"
                            + " new ones");
        }
    }

    /** The controllers that the domain was built with. */
    private PciTopology topology(Blueprint blueprint) {
        HostLimits host = reserving(blueprint, blueprint.nicCount());
        PlanRequestReader.Question question =
                PlanRequestReader.read(keepingGrants(blueprint, blueprint.requestCopy()), host);
        PlanRequest request =
                question.request().withRootDisk(blueprint.boot().disk().isPresent());
        return InstancePlanner.plan(request, question.host()).devices().pci();
    }

    /** A slot that a NIC has taken is no longer kept free for one. */
    private HostLimits reserving(Blueprint blueprint, int nics) {
        return limits.toBuilder()
                .hotplugNics(Math.max(0, blueprint.nicSlots() - nics))
                .build();
    }

    private Planned plan(UUID uuid, Blueprint blueprint, ObjectNode asked, ObjectNode kept, HostLimits host) {
        PlanRequestReader.Question question = PlanRequestReader.read(asked, beside(uuid, host));
        PlanRequest request =
                question.request().withRootDisk(blueprint.boot().disk().isPresent());
        InstancePlan plan = plan(
                request,
                question.host(),
                question.findings(),
                id -> blueprint.indexOf(id).isEmpty());
        int slots = request.nics().size() + question.host().hotplugNics();
        return new Planned(blueprint.with(kept, PlanAnswerWriter.plan(plan), slots), request, question.host(), plan);
    }

    /**
     * Refuses taps that are made before the domain, and so before this plan: one for many queues cannot be opened for one,
     * nor the other way round. What an instance has is left to it.
     *
     * @param isNew of a VIF's id
     */
    private InstancePlan plan(PlanRequest request, HostLimits host, Findings findings, Predicate<String> isNew) {
        refuseArchitecture(request, findings);
        InstancePlan plan = InstancePlanner.plan(request, pci.beside(host, request), findings);
        for (int i = 0; i < plan.nics().size(); i++) {
            Vif vif = request.nics().get(i).vif();
            if (plan.nics().get(i).hasPreCreatedTap() && isNew.test(vif.id())) {
                String type = vif.type().orElse("");
                findings.problem(
                        "nics[" + i + "].vif.type",
                        type,
                        "cannot use a VIF of type " + Texts.quote(type)
                                + (vif.detailIsTrue("ovs_create_tap") ? " with ovs_create_tap" : "")
                                + " here: its tap is made before its queues are planned, and a tap is for one queue or for"
                                + " many");
            }
        }
        findings.throwIfAny();
        return plan;
    }

    /** The domains of the service are x86_64's, which run i686 too. */
    private static void refuseArchitecture(PlanRequest request, Findings findings) {
        if (!request.architecture().isX86()) {
            String name = request.architecture().text();
            findings.problem(
                    "image.properties.hw_architecture",
                    name,
                    "cannot build a domain for the architecture " + name + ": this service builds x86_64 domains");
        }
    }

    /** Refuses a domain that libvirt cannot define or QEMU cannot start; a plan alone says it in a warning. */
    private void requireDefinable(PlanRequest request, InstancePlan plan) {
        List<Problem> problems = new ArrayList<>(plan.limits());
        if (problems.isEmpty()) {
            machines.refusal(request).ifPresent(problems::add);
        }
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
    }

    private HostLimits beside(UUID uuid, HostLimits host) {
        return host.hostMaxQueues().isEmpty()
                ? host
                : host.toBuilder()
                        .hostQueuesUsed(HostUsage.of(hypervisor.list(), uuid).queues())
                        .build();
    }

    /** The first NICs of a request are those of the blueprint. */
    private static ObjectNode keepingGrants(Blueprint blueprint, ObjectNode request) {
        ObjectNode asked = request.deepCopy();
        JsonNode nics = asked.get("nics");
        for (int i = 0; i < Math.min(nics.size(), blueprint.nicCount()); i++) {
            keepGrant(blueprint, i, nics.get(i));
        }
        return asked;
    }

    private static void keepGrant(Blueprint blueprint, int index, JsonNode nic) {
        JsonNode granted = blueprint.nicPlan(index).path("granted");
        if (granted.isInt()) {
            ((ObjectNode) nic).set("granted", granted);
        }
    }

    /** A device that runs is what it was made, whatever a device would be made by now. */
    private static void leaveAsTheyRun(JsonNode before, JsonNode asked, JsonNode now) {
        ArrayNode nics = (ArrayNode) now.get("nics");
        for (int i = 0; i < before.path("nics").size(); i++) {
            if (asked.get("nics").get(i).has("granted")) {
                nics.set(i, before.get("nics").get(i));
            }
        }
    }

    /** A grant that stands has the reasons that it had when it was made. */
    private static void explainAsBefore(JsonNode before, JsonNode now) {
        for (JsonNode nic : now.path("nics")) {
            for (JsonNode old : before.path("nics")) {
                boolean same = old.path("id").equals(nic.path("id"))
                        && old.path("granted").equals(nic.path("granted"))
                        && old.path("requested").equals(nic.path("requested"));
                if (same) {
                    ((ObjectNode) nic).set("limits", old.path("limits"));
                }
            }
        }
    }
}
