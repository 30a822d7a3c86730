package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.novamq.driver.disk.BaseImageCheck;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceException.Reason;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.Task;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;

/**
 * Accepts what is to be done to an instance: in the states that Nova allows it in, checked and planned, and written down.
 * Nothing is done here.
 */
final class Changes {
    private final InstanceStore store;
    private final InstanceFiles files;
    private final Plans plans;
    private final Bridges bridges;

    Changes(InstanceStore store, InstanceFiles files, Plans plans, Bridges bridges) {
        this.store = store;
        this.files = files;
        this.plans = plans;
        this.bridges = bridges;
    }

    /** The record of an instance to which this is to be done. */
    InstanceRecord accepted(Instance instance, Action action) {
        require(instance, action);
        if (action == Action.REVERT_RESIZE && instance.record().resized() == null) {
            throw conflict(instance, action, "there is no resize to revert");
        }
        return instance.record().withTask(Task.of(action, instance.isOn()));
    }

    void resize(UUID uuid, ResizeRequest request) {
        accept(uuid, Action.RESIZE, instance -> {
            Blueprint now = instance.record().blueprint();
            if (now.flavor().equals(request.flavor())) {
                throw new InvalidRequestException(
                        "resize.flavorRef",
                        request.flavor(),
                        "cannot resize instance " + uuid + ": When resizing, instances must change flavor!");
            }
            ObjectNode asked = now.requestCopy();
            asked.set("flavor", request.flavorJson());
            Blueprint wanted = new Blueprint(
                    now.image(),
                    request.flavor(),
                    now.boot(),
                    request.rootGib(),
                    resizedDisk(now, request),
                    now.configDrive(),
                    asked,
                    now.plan(),
                    now.nicSlots());
            return Task.towards(Action.RESIZE, plans.anew(uuid, wanted), instance.isOn());
        });
    }

    private static long resizedDisk(Blueprint now, ResizeRequest request) {
        long wanted = BaseImageCheck.GIB * request.rootGib();
        if (now.boot().disk().isEmpty() || wanted == 0) {
            return now.rootDiskBytes();
        }
        if (wanted < now.rootDiskBytes()) {
            throw new InvalidRequestException(
                    "resize.flavorRef",
                    request.flavor(),
                    "cannot resize the disk down: it has " + now.rootDiskBytes() + " bytes, the flavor's root disk "
                            + wanted + " (disk: " + request.rootGib() + " GiB)");
        }
        return wanted;
    }

    void rebuild(UUID uuid, RebuildRequest request) {
        Findings findings = new Findings();
        int rootGib = store.get(uuid).record().blueprint().rootGib();
        long bytes = files.check(request.boot(), rootGib, findings);
        findings.throwIfAny();
        UnaryOperator<InstanceRecord> described = record -> {
            InstanceRecord named = request.name().map(record::withName).orElse(record);
            return request.metadata().map(named::withMetadata).orElse(named);
        };
        accept(uuid, Action.REBUILD, described, instance -> {
            Blueprint now = instance.record().own();
            ObjectNode asked = now.requestCopy();
            asked.set("image", request.imageJson());
            Blueprint wanted = new Blueprint(
                    request.image(),
                    now.flavor(),
                    request.boot(),
                    now.rootGib(),
                    bytes,
                    now.configDrive(),
                    asked,
                    now.plan(),
                    now.nicSlots());
            boolean wasOn = instance.status() != Instance.Status.SHUTOFF;
            return Task.towards(Action.REBUILD, plans.anew(uuid, wanted), wasOn);
        });
    }

    /** Nothing new where that NIC is there already, or on its way in. */
    void attach(UUID uuid, ObjectNode nic) {
        bridges.require(nic);
        String id = nic.path("vif").path("id").asText();
        Predicate<Instance> isAttached = instance ->
                instance.record().blueprint().indexOf(id).isPresent() || isAbout(instance, Action.ATTACH_INTERFACE, id);
        if (isNow(uuid, isAttached, Action.ATTACH_INTERFACE)) {
            return;
        }
        plans.admitted(() -> store.update(uuid, instance -> {
            if (isSo(instance, isAttached, Action.ATTACH_INTERFACE)) {
                return instance.record();
            }
            Blueprint next = plans.withNic(uuid, instance.record().blueprint(), nic, instance.isOn());
            requireHotPluggable(instance, next, id);
            return instance.record().withTask(Task.aboutNic(Action.ATTACH_INTERFACE, next, id, instance.isOn()));
        }));
    }

    /**
     * Nothing new where that NIC is on its way out; one that is on its way in is not gone, whoever waits for no answer.
     *
     * @return false if there is no such NIC
     */
    boolean detach(UUID uuid, String nic) {
        Predicate<Instance> isLeaving =
                instance -> !instance.record().expects(nic) || isAbout(instance, Action.DETACH_INTERFACE, nic);
        if (!isNow(uuid, isLeaving, Action.DETACH_INTERFACE)) {
            plans.admitted(() -> store.update(uuid, instance -> {
                if (isSo(instance, isLeaving, Action.DETACH_INTERFACE)) {
                    return instance.record();
                }
                requireHotPluggable(instance, instance.record().blueprint(), nic);
                Blueprint next =
                        plans.withoutNic(uuid, instance.record().blueprint(), index(instance, nic), instance.isOn());
                return instance.record().withTask(Task.aboutNic(Action.DETACH_INTERFACE, next, nic, instance.isOn()));
            }));
        }
        return store.get(uuid).record().blueprint().indexOf(nic).isPresent();
    }

    /** A {@code <hostdev>} has no MAC in its domain: whether it has come, or gone, could not be seen. */
    private static void requireHotPluggable(Instance instance, Blueprint blueprint, String nic) {
        int index = blueprint.indexOf(nic).orElseThrow();
        if (instance.isOn()
                && blueprint.nicPlan(index).path("interface_xml").asText().startsWith("<hostdev")) {
            throw new InstanceException(
                    Reason.CONFLICT,
                    "cannot hot-plug NIC " + nic + " of instance " + instance.uuid() + ": one of type "
                            + blueprint.vif(index).path("type").asText()
                            + " is a PCI device of the host without a MAC in the domain, so that nobody could tell"
                            + " when it has come or gone; it can while the instance is off");
        }
    }

    /** A NIC that its guest has let go of after all, when nobody waited any more: to be detached for good. */
    static Optional<String> letGoLate(Instance instance) {
        boolean isIdle = instance.taskState() == null && Action.DETACH_INTERFACE.isAllowedIn(instance.status());
        Blueprint blueprint = instance.record().blueprint();
        return instance.record().leaving().stream()
                .filter(nic -> isIdle && !instance.hasInterface(blueprint.mac(index(instance, nic))))
                .findFirst();
    }

    /** {@link #isSo}, asked before anything is waited for. */
    private boolean isNow(UUID uuid, Predicate<Instance> wanted, Action action) {
        return isSo(store.get(uuid), wanted, action);
    }

    /** Whether an action has nothing left to do; else it must be allowed. */
    static boolean isSo(Instance instance, Predicate<Instance> wanted, Action action) {
        if (wanted.test(instance)) {
            return true;
        }
        require(instance, action);
        return false;
    }

    private static boolean isAbout(Instance instance, Action action, String nic) {
        Task task = instance.record().task();
        return task != null && task.action() == action && nic.equals(task.nic());
    }

    /** A NIC beyond what it has is taken out and put in again. */
    void replug(UUID uuid, String nic, int queues) {
        accept(uuid, Action.REPLUG_INTERFACE, instance -> {
            Blueprint next = withQueues(instance, index(instance, nic), queues);
            return Task.aboutNic(Action.REPLUG_INTERFACE, next, nic, instance.isOn());
        });
    }

    /** Why a NIC does not get queues beyond those that it has, though there are so many. */
    InstanceException needsReplug(Instance instance, int index, int queues) {
        withQueues(instance, index, queues);
        JsonNode nic = instance.record().blueprint().nicPlan(index);
        return new InstanceException(
                Reason.CONFLICT,
                "cannot give NIC " + nic.path("id").asText() + " " + queues + " queues while it is plugged: it has "
                        + nic.path("granted").asInt()
                        + ", and a device's queues are fixed; with replug it is taken out of the guest and put in"
                        + " again, and its connections are lost");
    }

    /**
     * An instance with other queues of one NIC.
     *
     * @throws InvalidRequestException it would not get so many: nobody loses his connections for less than he asked for
     */
    Blueprint withQueues(Instance instance, int index, int queues) {
        Blueprint next =
                plans.withQueues(instance.uuid(), instance.record().blueprint(), index, queues, instance.isOn());
        JsonNode nic = next.nicPlan(index);
        if (nic.path("granted").asInt() < queues) {
            throw new InvalidRequestException(
                    "queues",
                    queues,
                    "cannot give NIC " + nic.path("id").asText() + " " + queues + " queues: it would get "
                            + nic.path("granted").asInt() + ", " + whyNotMore(nic, queues));
        }
        return next;
    }

    /** Who else says how many, or else the limit that came last. */
    private static String whyNotMore(JsonNode nic, int queues) {
        JsonNode requested = nic.path("requested");
        if (requested.path("queues").asInt() < queues) {
            return "its " + requested.path("source").asText() + " asks for "
                    + requested.path("queues").asInt() + " and goes before";
        }
        JsonNode limits = nic.path("limits");
        JsonNode limit = limits.path(limits.size() - 1);
        return limit.path("limit").asText() + " is " + limit.path("value").asText() + " ("
                + limit.path("origin").asText() + ")";
    }

    static int index(Instance instance, String nic) {
        return instance.record()
                .blueprint()
                .indexOf(nic)
                .orElseThrow(() -> new InstanceException(
                        Reason.NOT_FOUND, "Instance " + instance.uuid() + " has no NIC " + nic + "."));
    }

    private void accept(UUID uuid, Action action, Function<Instance, Task> task) {
        accept(uuid, action, UnaryOperator.identity(), task);
    }

    private void accept(
            UUID uuid, Action action, UnaryOperator<InstanceRecord> besides, Function<Instance, Task> task) {
        requireNow(uuid, action);
        plans.admitted(() -> store.update(uuid, instance -> {
            require(instance, action);
            return besides.apply(instance.record()).withTask(task.apply(instance));
        }));
    }

    /** Asked before anything is waited for: whoever is in the middle of something is to be told so at once. */
    void requireNow(UUID uuid, Action action) {
        require(store.get(uuid), action);
    }

    /** Nova's rules, in Nova's words (nova/exception.py InstanceInvalidState). */
    static void require(Instance instance, Action action) {
        String taskState = instance.taskState();
        if (taskState != null) {
            throw conflict(instance, action, "it is in task_state " + taskState);
        }
        if (!action.isAllowedIn(instance.status())) {
            throw conflict(instance, action, "it is in vm_state " + instance.vmState());
        }
        if (instance.record().launched() == null) {
            throw conflict(instance, action, "it has never been active");
        }
    }

    private static InstanceException conflict(Instance instance, Action action, String state) {
        return new InstanceException(
                Reason.CONFLICT, "Cannot '" + action.text() + "' instance " + instance.uuid() + " while " + state);
    }
}
