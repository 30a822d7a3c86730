package org.novamq.driver.libvirt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The virtualisation host, as the compute driver needs it.
 *
 * <p>Every method waits on the caller's thread, but never runs native code there and never waits without a deadline.
 * Every failure is a {@link HypervisorException} that says of what {@linkplain HypervisorException.Kind kind} it is; any
 * method may fail with {@code UNAVAILABLE} (libvirt cannot be reached, within seconds) or {@code TIMEOUT}.
 * Implementations are safe for use by many threads.
 */
public interface Hypervisor {
    /**
     * Defines a persistent domain, checked against libvirt's own schema; a domain of the same UUID is redefined, running
     * or not.
     *
     * @param domainXml a whole {@code <domain>} document with a {@code <uuid>}
     * @throws HypervisorException {@code INVALID} when libvirt refuses the document, {@code CONFLICT} when another domain
     *     has its name, {@code UNSUPPORTED} when the host cannot do what it asks for. After {@code TIMEOUT} it is not
     *     known whether the domain exists.
     */
    default void define(String domainXml) {
        define(domainXml, () -> {});
    }

    /**
     * The same, for a caller who wants to know what becomes of it.
     *
     * @param late run, on some other thread, when the domain is defined after the caller was told {@code TIMEOUT}
     */
    void define(String domainXml, Runnable late);

    /**
     * Starts a defined domain. Past the start deadline ({@link LibvirtSettings#libvirtTimeout()}) the domain is destroyed
     * over a second connection, so that after {@code TIMEOUT} it is off; should the lost start succeed later, it is undone.
     *
     * @param lane where to wait: a start that may block for ever must not use up the threads of those that do not
     * @throws HypervisorException {@code NOT_FOUND}; {@code CONFLICT} when it runs already; {@code UNSUPPORTED} when the
     *     host lacks what the document asks for; {@code FAILED}
     */
    void start(UUID uuid, Lane lane);

    /** The same, but its vCPUs wait for {@link #resume}. */
    void startPaused(UUID uuid, Lane lane);

    /**
     * Powers a domain off, hard. A domain that is off already is no error.
     *
     * @throws HypervisorException {@code NOT_FOUND} when there is no such domain
     */
    void destroy(UUID uuid);

    /**
     * Asks the guest to power off, as by a press of its button (ACPI). Returns once it was asked.
     *
     * @throws HypervisorException {@code NOT_FOUND}; {@code CONFLICT} when it is off or paused
     */
    void shutdown(UUID uuid);

    /**
     * Stops the vCPUs; the memory stays. One that is paused already is no error.
     *
     * @throws HypervisorException {@code NOT_FOUND}; {@code CONFLICT} when it is off
     */
    void suspend(UUID uuid);

    /**
     * Lets the vCPUs run on: of one that is paused, or of one that has put itself to sleep. One that runs is no error.
     *
     * @throws HypervisorException {@code NOT_FOUND}; {@code CONFLICT} when it is off
     */
    void resume(UUID uuid);

    /**
     * Writes a running domain's memory to disk and powers it off; {@link #start} goes on from there.
     *
     * @throws HypervisorException {@code NOT_FOUND}; {@code CONFLICT} when it is off
     */
    void save(UUID uuid);

    /**
     * Forgets the memory that {@link #save} wrote; none is no error.
     *
     * @throws HypervisorException {@code NOT_FOUND}
     */
    void dropSaved(UUID uuid);

    /**
     * Puts a device into the stored definition, and into the running domain too when there is one: both or none.
     *
     * @param deviceXml one element of {@code <devices>}
     * @param late run, on some other thread, when it is in after the caller was told {@code TIMEOUT}
     * @throws HypervisorException {@code NOT_FOUND}; {@code INVALID} when libvirt refuses the document; {@code
     *     UNSUPPORTED}; {@code FAILED} when there is no slot for it, or it is there already
     */
    void attachDevice(UUID uuid, String deviceXml, Runnable late);

    /**
     * Takes a device out of the stored definition, or asks the running guest to let go of it: that one is gone when the
     * domain's XML no longer has it.
     *
     * @param deviceXml the device as it was attached; a NIC is found by its MAC
     * @throws HypervisorException {@code NOT_FOUND}; {@code DEVICE_MISSING}; {@code CONFLICT} when the domain is off, for
     *     LIVE
     */
    void detachDevice(UUID uuid, String deviceXml, DetachFrom from);

    /**
     * Hands on what libvirt reports, on a thread of its own, until it is closed; over a connection that is made anew when
     * it breaks, which CONNECTED tells.
     */
    AutoCloseable subscribe(Consumer<DomainEvent> listener);

    /**
     * Forgets a domain's definition with its managed save image, NVRAM file and the records of its snapshots and
     * checkpoints. An unknown domain is no error. A running domain keeps running and vanishes when it stops: destroy it
     * first.
     */
    void undefine(UUID uuid);

    /** The domain of this UUID, or empty when libvirt knows none. */
    Optional<Domain> find(UUID uuid);

    /**
     * The stored definition of a domain, running or not. While one runs that has come back from {@linkplain #save saved}
     * memory, its own document is that of then.
     *
     * @throws HypervisorException {@code NOT_FOUND}
     */
    String storedXml(UUID uuid);

    /** All domains of the host, running or not, whoever made them, ordered by name. */
    List<Domain> list();

    /**
     * Writes one element into the domain's {@code <metadata>}, replacing the one of the same namespace: into the stored
     * definition, and into the running domain too when there is one.
     *
     * @throws HypervisorException {@code NOT_FOUND}; {@code INVALID} when the text is not an XML element
     */
    void setMetadata(UUID uuid, DomainMetadata metadata);

    /**
     * Sends one command to the QEMU guest agent and returns its reply, both JSON.
     *
     * @param timeout how long the guest may take; whole seconds, rounded up, at least 1 s
     * @throws HypervisorException {@code AGENT_UNRESPONSIVE} when no agent answers in time, {@code CONFLICT} when the
     *     domain is off, {@code UNSUPPORTED} when it has no agent channel or the hypervisor knows no agents, {@code FAILED}
     *     when the agent refuses the command
     */
    String agentCommand(UUID uuid, String json, Duration timeout);

    /**
     * What a running domain has used so far.
     *
     * @param disks the guest's names of them
     * @param nics the host's names of their taps
     * @throws HypervisorException {@code NOT_FOUND}; {@code CONFLICT} when it is off
     */
    DomainStats stats(UUID uuid, List<String> disks, List<String> nics);

    /** What is there: libvirt, the hypervisor behind it and the host's size. */
    HostInfo hostInfo();

    /** Returns the machine types of x86_64 guests; none where the driver lists none, as libvirt's test driver. */
    List<Machine> machines();
}
