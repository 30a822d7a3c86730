package org.novamq.driver.compute;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.novamq.driver.glance.ImageCache;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.Task;

/**
 * Has an instance boot from another disk, with its own beside that, and lets it go back. Its NICs are those that it had,
 * and so are their queues.
 */
final class RescueTasks {
    /** As Nova: a rescue's disk has the size of its image. */
    private static final int IMAGES_OWN_SIZE = 0;

    private final InstanceStore store;
    private final InstanceFiles files;
    private final DomainLife domains;
    private final Plans plans;
    private final ImageCache images;

    /** What is asked of this very process. It holds a user's token and password, and is written down nowhere. */
    private final Map<UUID, RescueRequest> requested = new ConcurrentHashMap<>();

    RescueTasks(InstanceStore store, InstanceFiles files, DomainLife domains, Plans plans, ImageCache images) {
        this.store = store;
        this.files = files;
        this.domains = domains;
        this.plans = plans;
        this.images = images;
    }

    /** To be called before the task is written. */
    void expect(UUID uuid, RescueRequest request) {
        requested.put(uuid, request);
    }

    void forget(UUID uuid) {
        requested.remove(uuid);
    }

    void rescue(Instance instance, Task task, Blueprint next) {
        UUID uuid = instance.uuid();
        prepare(uuid);
        long bytes = files.check(next.boot(), IMAGES_OWN_SIZE);
        Planned planned = plans.kept(uuid, next.withRootDisk(bytes));
        files.prepareRescue(uuid, next.boot(), bytes);
        domains.destroy(uuid);
        InstanceRecord rescued = instance.record()
                .withRescued(instance.record().own())
                .withBlueprint(planned.blueprint())
                .withTask(task.then(Action.FINISH_RESCUE));
        domains.define(uuid, rescued, planned);
        finish(uuid);
    }

    private void prepare(UUID uuid) {
        RescueRequest request = requested.get(uuid);
        if (request == null) {
            throw new InstanceException(
                    InstanceException.Reason.CONFLICT,
                    "cannot rescue instance " + uuid + ": the service was stopped before it began");
        }
        files.dropRescue(uuid);
        request.fetch().into(images, () -> domains.requireWanted(uuid));
        request.configDrive().ifPresent(contents -> files.giveRescueConfigDrive(uuid, contents));
    }

    /** Before the domain was defined anew, all is still there to go back to. */
    boolean undoRescue(Instance instance, Task task) {
        forget(instance.uuid());
        files.dropRescue(instance.uuid());
        return domains.runsAgain(instance, task);
    }

    void unrescue(Instance instance, Task task) {
        UUID uuid = instance.uuid();
        Planned planned = plans.kept(uuid, instance.record().own());
        domains.destroy(uuid);
        InstanceRecord own = instance.record()
                .withRescued(null)
                .withBlueprint(planned.blueprint())
                .withTask(task.then(Action.FINISH_UNRESCUE));
        domains.define(uuid, own, planned);
        finish(uuid);
    }

    /** Likewise. */
    boolean undoUnrescue(Instance instance, Task task) {
        return domains.runsAgain(instance, task);
    }

    /** The guest runs, as in Nova, whether it did before or not. */
    void finish(UUID uuid) {
        domains.dropSaved(uuid);
        domains.start(uuid);
        store.update(uuid, now -> now.record().done());
        forget(uuid);
    }
}
