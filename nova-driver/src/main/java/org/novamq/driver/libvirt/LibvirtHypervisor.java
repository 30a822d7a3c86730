package org.novamq.driver.libvirt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.libvirt.Error.ErrorNumber;
import org.novamq.driver.libvirt.ConnectionPool.Connection;
import org.novamq.driver.libvirt.HypervisorException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hypervisor behind a libvirt connection.
 *
 * <p>Nothing is loaded, opened or started before the first call. Six channels, each with threads of its own, keep what may
 * hang away from what must not: reads; starts and definitions; starts that may block for ever; powering off and undefining;
 * what waits for one guest (its metadata too, which libvirt locks while it starts); guests' agents, which answer when they
 * like. One connection more brings reports. A libvirtd that went away is {@code UNAVAILABLE} until it is back, and then the
 * next call connects again; one that hangs is noticed within 20 s (keepalive).
 */
public final class LibvirtHypervisor implements Hypervisor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LibvirtHypervisor.class);

    // libvirt-domain.h, virDomainUndefineFlagsValues: MANAGED_SAVE | SNAPSHOTS_METADATA, which every driver knows ...
    private static final int UNDEFINE_BASIC = 1 | 2;
    // ... NVRAM (since 0.9.8) and CHECKPOINTS_METADATA (5.6.0), QEMU only
    private static final int UNDEFINE_ALL = UNDEFINE_BASIC | 4 | 16;

    // The agent's own timeout is libvirt's to keep; ours only catches a libvirtd that does not.
    private static final Duration AGENT_GRACE = Duration.ofSeconds(10);

    private final ConnectionPool connections;
    private final List<NativeChannel> channels;
    private final NativeChannel reads;
    private final NativeChannel starts;
    private final NativeChannel blockingStarts;
    private final NativeChannel stops;
    private final NativeChannel guests;
    private final NativeChannel agents;

    /** Opens nothing yet. */
    public LibvirtHypervisor(LibvirtSettings settings) {
        LibvirtChannels setup = new LibvirtChannels(settings);
        Duration slow = settings.libvirtTimeout();
        // a read that finds no free thread means that libvirt does not answer: say so as soon as for a failed
        // connection
        reads = setup.channel("libvirt-read", "call timeout", settings.connectTimeout(), settings.callTimeout());
        starts = setup.channel("libvirt-start", "libvirt_timeout", slow, slow);
        blockingStarts = setup.channel("libvirt-start-may-block", "libvirt_timeout", slow, slow);
        stops = setup.channel("libvirt-stop", "libvirt_timeout", slow, slow);
        guests = setup.channel("libvirt-guest", "call timeout", settings.callTimeout(), settings.callTimeout());
        agents = setup.channel("libvirt-agent", "call timeout", settings.connectTimeout(), settings.callTimeout());
        connections = setup.connections();
        channels = setup.channels();
    }

    @Override
    public void define(String domainXml, Runnable late) {
        requireNoNul(domainXml, Definition.WHAT);
        starts.call(Definition.WHAT, new Definition(domainXml, late));
    }

    @Override
    public void start(UUID uuid, Lane lane) {
        channel(lane).call("start domain " + uuid, new Start(uuid, false));
    }

    @Override
    public void startPaused(UUID uuid, Lane lane) {
        channel(lane).call("start domain " + uuid + " paused", new Start(uuid, true));
    }

    private NativeChannel channel(Lane lane) {
        return switch (lane) {
            case NORMAL -> starts;
            case MAY_BLOCK -> blockingStarts;
        };
    }

    @Override
    public void destroy(UUID uuid) {
        stops.call("destroy domain " + uuid, connection -> destroyOn(connection, uuid));
    }

    @Override
    public void shutdown(UUID uuid) {
        onActive(guests, "shut down domain " + uuid, uuid, DomainHandle::shutdown);
    }

    @Override
    public void suspend(UUID uuid) {
        onActive(guests, "pause domain " + uuid, uuid, domain -> {
            if (!domain.isPaused()) {
                domain.suspend();
            }
        });
    }

    @Override
    public void resume(UUID uuid) {
        onActive(guests, "resume domain " + uuid, uuid, domain -> {
            if (domain.isAsleep()) {
                domain.wakeUp();
            } else if (domain.isPaused() || !domain.isActive()) {
                domain.resume();
            }
        });
    }

    @Override
    public void save(UUID uuid) {
        onActive(starts, "save domain " + uuid, uuid, DomainHandle::managedSave);
    }

    @Override
    public void dropSaved(UUID uuid) {
        on(stops, "forget the saved memory of domain " + uuid, uuid, domain -> {
            if (domain.hasManagedSave()) {
                domain.removeManagedSave();
            }
        });
    }

    @Override
    public void attachDevice(UUID uuid, String deviceXml, Runnable late) {
        Attachment attachment = new Attachment(uuid, deviceXml, late);
        requireNoNul(deviceXml, attachment.what());
        starts.call(attachment.what(), attachment);
    }

    @Override
    public void detachDevice(UUID uuid, String deviceXml, DetachFrom from) {
        String what = "detach a device from domain " + uuid;
        requireNoNul(deviceXml, what);
        on(guests, what, uuid, domain -> domain.detachDevice(deviceXml, from));
    }

    /** What to do with one domain. */
    private interface Step {
        void with(DomainHandle domain) throws NativeFailure;
    }

    /** One that is off is in the wrong state, whatever code a driver has for that. */
    private static void onActive(NativeChannel channel, String what, UUID uuid, Step step) {
        on(channel, what, uuid, domain -> {
            try {
                step.with(domain);
            } catch (NativeFailure e) {
                if (e.kind() == Kind.FAILED && !domain.isActive()) {
                    throw e.as(Kind.CONFLICT, what);
                }
                throw e;
            }
        });
    }

    private static void on(NativeChannel channel, String what, UUID uuid, Step step) {
        channel.call(what, connection -> {
            try (DomainHandle domain = DomainHandle.lookup(connection.pointer(), uuid)) {
                step.with(domain);
                return true;
            }
        });
    }

    @Override
    public AutoCloseable subscribe(Consumer<DomainEvent> listener) {
        EventWatch watch = new EventWatch(connections, listener);
        watch.start();
        return watch;
    }

    @Override
    public void undefine(UUID uuid) {
        stops.call("undefine domain " + uuid, connection -> {
            try (DomainHandle domain = DomainHandle.lookup(connection.pointer(), uuid)) {
                undefine(domain);
                return true;
            } catch (NativeFailure e) {
                return absentOrThrow(e).isPresent();
            }
        });
    }

    @Override
    public Optional<Domain> find(UUID uuid) {
        return reads.call("look up domain " + uuid, connection -> {
            try (DomainHandle domain = DomainHandle.lookup(connection.pointer(), uuid)) {
                return Optional.of(domain.snapshot());
            } catch (NativeFailure e) {
                return absentOrThrow(e);
            }
        });
    }

    @Override
    public String storedXml(UUID uuid) {
        return reads.call("read the definition of domain " + uuid, connection -> {
            try (DomainHandle domain = DomainHandle.lookup(connection.pointer(), uuid)) {
                return domain.storedXml();
            }
        });
    }

    @Override
    public List<Domain> list() {
        return reads.call("list the domains", connection -> {
            List<DomainHandle> handles = DomainHandle.list(connection.pointer());
            try {
                List<Domain> domains = new ArrayList<>(handles.size());
                for (DomainHandle handle : handles) {
                    snapshotIfThere(handle).ifPresent(domains::add);
                }
                domains.sort(Comparator.comparing(Domain::name));
                return List.copyOf(domains);
            } finally {
                handles.forEach(DomainHandle::close);
            }
        });
    }

    @Override
    public void setMetadata(UUID uuid, DomainMetadata metadata) {
        String what = "write the metadata of domain " + uuid;
        requireNoNul(metadata.xml(), what);
        guests.call(what, connection -> {
            try (DomainHandle domain = DomainHandle.lookup(connection.pointer(), uuid)) {
                boolean active = domain.isActive();
                try {
                    domain.setMetadata(metadata, active, domain.isPersistent());
                } catch (NativeFailure e) {
                    if (!active || domain.isActive()) {
                        throw e;
                    }
                    domain.setMetadata(metadata, false, true); // it stopped in between
                }
                return true;
            }
        });
    }

    @Override
    public String agentCommand(UUID uuid, String json, Duration timeout) {
        String what = "send a guest agent command to domain " + uuid;
        requireNoNul(json, what);
        int seconds = Math.toIntExact(Math.max(1, timeout.plusMillis(999).toSeconds()));
        return agents.call(what, Duration.ofSeconds(seconds).plus(AGENT_GRACE), connection -> {
            try (DomainHandle domain = DomainHandle.lookup(connection.pointer(), uuid)) {
                return domain.agentCommand(json, seconds);
            }
        });
    }

    @Override
    public DomainStats stats(UUID uuid, List<String> disks, List<String> nics) {
        String what = "read the figures of domain " + uuid;
        return guests.call(what, connection -> {
            try (DomainHandle domain = DomainHandle.lookup(connection.pointer(), uuid)) {
                if (!domain.isActive()) {
                    throw new HypervisorException(Kind.CONFLICT, "cannot " + what + ": it is off");
                }
                return domain.stats(disks, nics);
            }
        });
    }

    @Override
    public HostInfo hostInfo() {
        return reads.call("describe the host", HostQueries::info);
    }

    @Override
    public List<Machine> machines() {
        return reads.call("list the host's machine types", HostQueries::machines);
    }

    /** Refuses new calls and closes the connections, each when the last call on it has ended. */
    @Override
    public void close() {
        channels.forEach(NativeChannel::close);
        connections.close();
    }

    private static boolean destroyOn(Connection connection, UUID uuid) throws NativeFailure {
        try (DomainHandle domain = DomainHandle.lookup(connection.pointer(), uuid)) {
            try {
                domain.destroy();
            } catch (NativeFailure e) {
                if (domain.isActive()) {
                    throw e;
                }
            }
            return true;
        }
    }

    private static void undefine(DomainHandle domain) throws NativeFailure {
        try {
            domain.undefine(UNDEFINE_ALL);
        } catch (NativeFailure e) {
            switch (e.number()) {
                // how drivers refuse flags that they do not know (virCheckFlags)
                case VIR_ERR_INVALID_ARG, VIR_ERR_ARGUMENT_UNSUPPORTED -> domain.undefine(UNDEFINE_BASIC);
                default -> throw e;
            }
        }
    }

    private static Optional<Domain> snapshotIfThere(DomainHandle handle) throws NativeFailure {
        try {
            return Optional.of(handle.snapshot());
        } catch (NativeFailure e) {
            return absentOrThrow(e);
        }
    }

    private static Optional<Domain> absentOrThrow(NativeFailure e) throws NativeFailure {
        if (e.number() == ErrorNumber.VIR_ERR_NO_DOMAIN) {
            return Optional.empty();
        }
        throw e;
    }

    /** A C string ends at the first NUL: the rest would be dropped without a word. */
    private static void requireNoNul(String text, String what) {
        if (text.indexOf('\0') >= 0) {
            throw new HypervisorException(
                    Kind.INVALID,
                    "cannot " + what + ": the text has a NUL character at position " + text.indexOf('\0')
                            + ", XML 1.0 and JSON allow none");
        }
    }

    /** A start, and what it takes to have it not happen after all. */
    private final class Start implements NativeChannel.Work<Boolean> {
        private final UUID uuid;
        private final boolean paused;

        Start(UUID uuid, boolean paused) {
            this.uuid = uuid;
            this.paused = paused;
        }

        @Override
        public Boolean on(Connection connection) throws NativeFailure {
            try (DomainHandle domain = DomainHandle.lookup(connection.pointer(), uuid)) {
                try {
                    domain.start(paused);
                } catch (NativeFailure e) {
                    // by state, not by code: drivers disagree on the code for a domain that runs already
                    if (e.kind() == Kind.FAILED && domain.isActive()) {
                        throw e.as(Kind.CONFLICT, "start domain " + uuid);
                    }
                    throw e;
                }
                return true;
            }
        }

        @Override
        public void abandoned() {
            powerOff("the deadline of its start has passed");
        }

        @Override
        public void late() {
            powerOff("it has started after its caller was told that it had not");
        }

        private void powerOff(String why) {
            LOG.warn("destroying domain {}: {}", uuid, why);
            try {
                destroy(uuid);
            } catch (HypervisorException e) {
                LOG.warn("domain {} may be running: {}", uuid, e.getMessage());
            }
        }
    }
}
