package org.novamq.driver.compute;

import java.util.List;
import java.util.UUID;

/**
 * The compute driver, in Nova's words (nova/virt/driver.py ComputeDriver). Every face of the service stands on this.
 *
 * <p>Thread-safe. Work on one instance is serialised; calls that find their work done already are no error. Each may
 * throw {@link org.novamq.driver.libvirt.HypervisorException}, with kind UNAVAILABLE within seconds when libvirt is gone.
 */
public interface ComputeDriver {
    /**
     * Checks everything that can be known before anything is made, and takes the instance's place in libvirt: after
     * this it exists, in BUILD.
     *
     * @throws org.novamq.image.InvalidRequestException the plan refuses the request, or an image cannot be used
     * @throws ComputeException CONFLICT: there is a domain of this uuid
     */
    Claim claim(SpawnRequest request);

    /**
     * Makes what was claimed: disk, domain, start. Returns when the guest runs or, with the reason in its fault, the
     * instance is in ERROR and nothing else is left of it.
     */
    void spawn(Claim claim);

    /**
     * Promises an instance's deletion: it outlives this process. To be followed by {@link #destroy}.
     *
     * @throws ComputeException NOT_FOUND
     */
    void condemn(UUID uuid);

    /**
     * Removes a {@linkplain #condemn condemned} instance whole: domain, disk, directory. Its definition goes last, so that a service killed in between
     * finds what is left to do.
     */
    void destroy(UUID uuid);

    /**
     * One instance as it is now.
     *
     * @throws ComputeException NOT_FOUND
     */
    Instance info(UUID uuid);

    /** All instances of this service, by domain name. */
    List<Instance> list();

    /**
     * The end of the serial console's log.
     *
     * @param lines at most so many; -1 for all that is kept
     */
    String consoleOutput(UUID uuid, int lines);

    /** Planned, provisioned and active queues of an instance. */
    QueueReport queues(UUID uuid);

    /** What all domains of the host have together. */
    HostUsage hostUsage();

    /**
     * Deals with what an earlier service left half-made: an instance in BUILD becomes ERROR with the reason, one on its
     * way out is removed.
     */
    void recover();
}
