package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.novamq.driver.disk.DiskSpace;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.proof.QueueReport;
import org.novamq.vif.Recreation;

/**
 * The compute driver, in Nova's words (nova/virt/driver.py ComputeDriver). Every face of the service stands on this.
 *
 * <p>Thread-safe. Work on one instance is serialised; calls that find their work done already are no error. Each may
 * throw {@link org.novamq.driver.libvirt.HypervisorException}, with kind UNAVAILABLE within seconds when libvirt is gone,
 * and {@link org.novamq.driver.instance.InstanceException}: NOT_FOUND; CONFLICT in a state that does not allow it.
 *
 * <p>What takes long comes in two calls: one that checks, and writes down what is to be done; and {@link #perform}, which
 * does it. What was written down outlives this process.
 */
public interface ComputeDriver {
    /**
     * Checks everything that can be known before anything is made, and takes the instance's place in libvirt: after
     * this it exists, in BUILD.
     *
     * @throws org.novamq.image.InvalidRequestException the plan refuses the request, or an image cannot be used
     */
    Claim claim(SpawnRequest request);

    /**
     * Makes what was claimed: disk, domain, start. Returns when the guest runs or, with the reason in its fault, the
     * instance is in ERROR and nothing else is left of it.
     */
    void spawn(Claim claim);

    /** Promises an instance's deletion: it outlives this process. To be followed by {@link #destroy}. */
    void condemn(UUID uuid);

    /**
     * Removes a {@linkplain #condemn condemned} instance whole: domain, disk, directory. Its definition goes last, so that a service killed in between
     * finds what is left to do.
     *
     * @return false, and nothing is done, if something is being done to it just now: to be called again
     */
    boolean destroy(UUID uuid);

    /** Accepts a change of power, or the end of a resize: START to REVERT_RESIZE but RESIZE. To be followed by perform. */
    void accept(UUID uuid, Action action);

    /**
     * Accepts that an instance is to have a power state, from any that leads there.
     *
     * @return whether there is something to perform
     * @throws org.novamq.image.InvalidRequestException the plan refuses its NICs
     */
    boolean setPower(UUID uuid, PowerRequest request);

    /**
     * Accepts a reboot, if it is not the one that was accepted last. To be followed by perform.
     *
     * @throws org.novamq.image.InvalidRequestException the plan refuses its NICs
     */
    void reboot(UUID uuid, RebootRequest request);

    /**
     * Accepts a resize to another flavor, planned anew.
     *
     * @throws org.novamq.image.InvalidRequestException the plan refuses it, or the disk would shrink
     */
    void resize(UUID uuid, ResizeRequest request);

    /**
     * Accepts a rebuild from an image, planned anew.
     *
     * @throws org.novamq.image.InvalidRequestException the plan refuses it, or the image cannot be used
     */
    void rebuild(UUID uuid, RebuildRequest request);

    /**
     * Accepts that an instance boots from other files, with its own disk beside theirs. To be followed by perform.
     *
     * @return false if it does so already
     * @throws InstanceException NOT_FOUND; CONFLICT in a state in which it cannot be
     */
    boolean rescue(UUID uuid, RescueRequest request);

    /**
     * Accepts that it boots from its own disk again, its NICs as they were. To be followed by perform.
     *
     * @return false if it does so already
     */
    boolean unrescue(UUID uuid);

    /**
     * Attaches a NIC, in what the others leave; one that is there already is so.
     *
     * @param nic in the form of the dry run
     * @return the instance with it
     * @throws org.novamq.vif.queue.NoRoomException not even one queue fits
     * @throws org.novamq.image.InvalidRequestException the plan refuses it
     */
    Instance attachInterface(UUID uuid, ObjectNode nic);

    /**
     * Accepts that a NIC is taken out. To be followed by perform.
     *
     * @return false if it has no such NIC
     */
    boolean detachInterface(UUID uuid, String nic);

    /**
     * Gives a NIC of a running instance other queues: within those that it has through its guest, now; beyond them, and
     * only if {@code replug}, by taking it out and putting it in again, which is to be followed by perform.
     *
     * @param queues from 1
     * @return whether there is something to perform
     */
    boolean setQueues(UUID uuid, String nic, int queues, boolean replug);

    /** Changes the user's keys and values. */
    Map<String, String> updateMetadata(UUID uuid, UnaryOperator<Map<String, String>> change);

    /** Does what was accepted for an instance; nothing if that is done. What failed is in the instance's fault. */
    void perform(UUID uuid);

    /** The same, unless somebody is at it just now. */
    void resume(UUID uuid);

    /** One instance as it is now. */
    Instance info(UUID uuid);

    /** The same, or empty where there is none. */
    Optional<Instance> find(UUID uuid);

    /** All instances of this service, by domain name. */
    List<Instance> list();

    /**
     * The end of the serial console's log.
     *
     * @param lines at most so many; -1 for all that is kept
     */
    String consoleOutput(UUID uuid, int lines);

    /**
     * Gives an instance that is off what its config drive holds from its next start on.
     *
     * @throws InstanceException NOT_FOUND; CONFLICT where it has no such drive, or is not off
     */
    void giveConfigDrive(UUID uuid, Map<String, byte[]> contents);

    /** What it has used so far. */
    Diagnostics diagnostics(UUID uuid);

    /** Planned, provisioned and active queues of an instance. */
    QueueReport queues(UUID uuid);

    /** What a hard reboot would change, because the configuration is no longer what it was. */
    List<Recreation.Difference> drift(UUID uuid);

    /**
     * Has the guest use all the queues that it has, through its agent.
     *
     * @throws org.novamq.driver.libvirt.HypervisorException AGENT_UNRESPONSIVE, UNSUPPORTED: there is no agent
     */
    QueueReport activateQueues(UUID uuid);

    /** Of the file system for instances. */
    DiskSpace diskSpace();

    /** What all domains of the host have together. */
    HostUsage hostUsage();

    /**
     * Deals with what an earlier service left half-made: an instance in BUILD becomes ERROR with the reason, one on its
     * way out is removed.
     *
     * @return instances with something left to {@link #resume}
     */
    List<UUID> recover();

    /** Removes from the image cache what was left half-written, and what no domain has used for long. */
    void sweepImages();
}
