package org.novamq.driver.compute;

import java.util.UUID;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.Resized;
import org.novamq.driver.instance.Task;

/**
 * Resize, with a way back until it is confirmed, and rebuild. What can fail is done first: the plan, while nothing has been
 * touched, and the disks, beside what the instance has. Then the domain is defined anew, and from there on it only goes
 * forward. Where a disk takes another's place after that, the record has its blueprint from then on: whatever fails, it
 * tells what is on the disk.
 */
final class ResizeTasks {
    private final InstanceStore store;
    private final InstanceFiles files;
    private final DomainLife domains;
    private final Plans plans;
    private final Timeouts timeouts;

    ResizeTasks(InstanceStore store, InstanceFiles files, DomainLife domains, Plans plans, Timeouts timeouts) {
        this.store = store;
        this.files = files;
        this.domains = domains;
        this.plans = plans;
        this.timeouts = timeouts;
    }

    void resize(Instance instance, Task task, Blueprint next) {
        UUID uuid = instance.uuid();
        InstanceRecord record = instance.record();
        Planned planned = plans.kept(uuid, next);
        domains.shutDown(uuid, timeouts.shutdown());
        if (record.blueprint().boot().disk().isPresent()) {
            files.stashDisk(uuid);
            files.growDisk(uuid, next.rootDiskBytes());
        }
        InstanceRecord resized = record.withBlueprint(planned.blueprint())
                .withResized(new Resized(record.blueprint(), task.running()))
                .withTask(task.then(Action.FINISH_RESIZE));
        domains.define(uuid, resized, planned);
        finish(resized, uuid);
    }

    /** Before the domain was defined anew, all is still there to go back to. */
    boolean undoResize(Instance instance, Task task) {
        files.restoreDisk(instance.uuid());
        return domains.runsAgain(instance, task);
    }

    void confirm(Instance instance) {
        files.dropStash(instance.uuid());
        store.update(instance.uuid(), now -> now.record().withResized(null).done());
    }

    void revert(Instance instance, Resized resized) {
        UUID uuid = instance.uuid();
        Planned planned = plans.kept(uuid, resized.from());
        domains.destroy(uuid);
        Blueprint next = planned.blueprint();
        Task rest = Task.towards(Action.FINISH_REVERT, next, resized.running());
        domains.define(uuid, instance.record().withTask(rest), planned);
        finishRevert(uuid, next);
    }

    boolean undoRevert(Instance instance, Task task) {
        return domains.runsAgain(instance, task);
    }

    void finishRevert(UUID uuid, Blueprint next) {
        domains.dropSaved(uuid);
        files.restoreDisk(uuid);
        finish(store.update(uuid, now -> now.record().withBlueprint(next).withResized(null)), uuid);
    }

    void rebuild(Instance instance, Task task, Blueprint next) {
        UUID uuid = instance.uuid();
        Planned planned = plans.kept(uuid, next);
        files.prepareRebuilt(uuid, next.boot(), next.rootDiskBytes());
        domains.destroy(uuid);
        InstanceRecord rebuilding = instance.record()
                .withBlueprint(instance.record().own())
                .withRescued(null)
                .withTask(Task.towards(Action.FINISH_REBUILD, planned.blueprint(), task.running()));
        domains.define(uuid, rebuilding, planned);
        finishRebuild(uuid, planned.blueprint());
    }

    boolean undoRebuild(Instance instance, Task task) {
        files.dropRebuilt(instance.uuid());
        return domains.runsAgain(instance, task);
    }

    void finishRebuild(UUID uuid, Blueprint next) {
        domains.dropSaved(uuid);
        files.adoptRebuilt(uuid, next.boot());
        finish(store.update(uuid, now -> now.record().withBlueprint(next)), uuid);
    }

    /** The guest runs again if it did before. */
    void finish(InstanceRecord record, UUID uuid) {
        Task task = record.task();
        if (task != null && task.running()) {
            domains.start(uuid);
        }
        store.update(uuid, now -> now.record().done());
    }
}
