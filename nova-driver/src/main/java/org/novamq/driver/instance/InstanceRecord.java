package org.novamq.driver.instance;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.json.Json;

/**
 * What is kept of an instance, in its domain's metadata: all that libvirt does not know itself. Request and plan stand
 * side by side, and neither is ever written over the other.
 *
 * @param version of this form
 * @param name the display name
 * @param created ISO 8601, UTC
 * @param updated when it was last written, likewise; absent where an earlier version wrote it
 * @param launched when it ran first, likewise; absent for one that never did
 * @param metadata the user's own keys and values
 * @param blueprint what its domain is built from
 * @param task what is being done to it
 * @param resized what it was before a resize that is not confirmed yet
 * @param fault why it is in ERROR, or why the last thing asked of it was not done
 * @param reboot the id of the last reboot that was asked for with one, so that none is done twice
 * @param rescued while it is rescued, what it is built from otherwise
 * @param leaving NICs that the guest was asked to let go of, and may yet: it had not in the time that it was given
 */
public record InstanceRecord(
        int version,
        Stage stage,
        String name,
        String created,
        @Nullable String updated,
        @Nullable String launched,
        Map<String, String> metadata,
        Blueprint blueprint,
        @Nullable Task task,
        @Nullable Resized resized,
        @Nullable Fault fault,
        @Nullable String reboot,
        @Nullable Blueprint rescued,
        List<String> leaving) {

    private static final int VERSION = 3;

    /** Checks that nothing is missing: it may come from a text that somebody has edited. */
    public InstanceRecord {
        requireNonNull(stage, "stage is missing");
        requireNonNull(name, "name is missing");
        requireNonNull(created, "created is missing");
        requireNonNull(metadata, "metadata is missing");
        requireNonNull(blueprint, "blueprint is missing");
        leaving = leaving == null ? List.of() : List.copyOf(leaving); // an earlier version wrote none
    }

    /** A new instance, not yet built. */
    public static InstanceRecord claimed(
            String name, String created, Map<String, String> metadata, Blueprint blueprint) {
        return new InstanceRecord(
                VERSION,
                Stage.BUILDING,
                name,
                created,
                created,
                null,
                metadata,
                blueprint,
                null,
                null,
                null,
                null,
                null,
                List.of());
    }

    public JsonNode request() {
        return blueprint.request();
    }

    public JsonNode plan() {
        return blueprint.plan();
    }

    public InstanceRecord withStage(Stage next) {
        return progressed(next, task, resized, fault);
    }

    /** In ERROR, and in the middle of nothing. */
    public InstanceRecord failed(Fault reason) {
        return progressed(Stage.ERROR, null, resized, reason);
    }

    public InstanceRecord withTask(Task next) {
        return progressed(stage, next, resized, fault);
    }

    /** What was asked is done. */
    public InstanceRecord done() {
        return progressed(resized == null ? Stage.BUILT : Stage.RESIZED, null, resized, null);
    }

    /** What was asked is not done, and the instance is as it was. */
    public InstanceRecord notDone(Fault reason) {
        return progressed(stage, null, resized, reason);
    }

    /** What is being done to it goes on, and has not succeeded yet. */
    public InstanceRecord withFault(@Nullable Fault reason) {
        return progressed(stage, task, resized, reason);
    }

    /** Whether it has this NIC, or will when what is being done to it is done. */
    public boolean expects(String nic) {
        return blueprint.indexOf(nic).isPresent()
                || (task != null
                        && task.next() != null
                        && task.next().indexOf(nic).isPresent());
    }

    public InstanceRecord withResized(@Nullable Resized before) {
        return progressed(stage, task, before, fault);
    }

    /** What it is built from when it is not rescued. */
    public Blueprint own() {
        return rescued == null ? blueprint : rescued;
    }

    public InstanceRecord withRescued(@Nullable Blueprint own) {
        return new InstanceRecord(
                version, stage, name, created, updated, launched, metadata, blueprint, task, resized, fault, reboot,
                own, leaving);
    }

    /** The same instance, elsewhere in its life. */
    private InstanceRecord progressed(
            Stage now, @Nullable Task doing, @Nullable Resized before, @Nullable Fault reason) {
        return new InstanceRecord(
                version, now, name, created, updated, launched, metadata, blueprint, doing, before, reason, reboot,
                rescued, leaving);
    }

    /** It runs for the first time. */
    public InstanceRecord launchedAt(String time) {
        return at(updated, time);
    }

    public InstanceRecord updatedAt(String time) {
        return at(time, launched);
    }

    private InstanceRecord at(@Nullable String written, @Nullable String ran) {
        return new InstanceRecord(
                version, stage, name, created, written, ran, metadata, blueprint, task, resized, fault, reboot, rescued,
                leaving);
    }

    public InstanceRecord withMetadata(Map<String, String> changed) {
        return described(name, changed);
    }

    public InstanceRecord withName(String changed) {
        return described(changed, metadata);
    }

    private InstanceRecord described(String called, Map<String, String> by) {
        return new InstanceRecord(
                version, stage, called, created, updated, launched, by, blueprint, task, resized, fault, reboot,
                rescued, leaving);
    }

    public InstanceRecord withBlueprint(Blueprint next) {
        return withNics(
                next,
                leaving.stream().filter(nic -> next.indexOf(nic).isPresent()).toList());
    }

    /** The guest has not let go of this NIC in time. */
    public InstanceRecord withLeaving(String nic) {
        return withNics(
                blueprint,
                Stream.concat(leaving.stream(), Stream.of(nic)).distinct().toList());
    }

    private InstanceRecord withNics(Blueprint next, List<String> late) {
        return new InstanceRecord(
                version, stage, name, created, updated, launched, metadata, next, task, resized, fault, reboot, rescued,
                late);
    }

    public InstanceRecord withReboot(String id) {
        return new InstanceRecord(
                version, stage, name, created, updated, launched, metadata, blueprint, task, resized, fault, id,
                rescued, leaving);
    }

    /** One line of ASCII. */
    public String toJson() {
        ObjectNode json = Json.MAPPER.valueToTree(this);
        return Json.asciiLine(json);
    }

    /** The same where somebody may have edited it: empty if it cannot be read. */
    public static Optional<InstanceRecord> ifReadable(String json) {
        try {
            return Optional.of(fromJson(json));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if somebody else did
     */
    public static InstanceRecord fromJson(String json) {
        try {
            InstanceRecord record = Json.MAPPER.readValue(json, InstanceRecord.class);
            if (record == null) {
                throw new IllegalArgumentException("cannot read an instance's record: it says null");
            }
            return record;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot read an instance's record: " + e.getOriginalMessage(), e);
        }
    }
}
