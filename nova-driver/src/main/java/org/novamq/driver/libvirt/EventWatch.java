package org.novamq.driver.libvirt;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.libvirt.jna.ConnectionPointer;
import org.libvirt.jna.DomainPointer;
import org.libvirt.jna.Libvirt;
import org.novamq.driver.libvirt.DomainEvent.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps asking libvirt for its reports, over a connection that is made anew when it breaks, and hands them on.
 *
 * <p>libvirt calls back on the thread of its event loop, which all connections share: nothing is done there but to put the
 * report into a queue. Where that overflows, all of it is dropped and CONNECTED tells to look for everything anew.
 */
final class EventWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventWatch.class);

    private static final int QUEUE_LENGTH = 4096;
    private static final long LOOK_MILLIS = 500;

    // libvirt-domain.h, virDomainEventID
    private static final int LIFECYCLE = 0;
    private static final int DEVICE_REMOVED = 15;
    private static final int AGENT_LIFECYCLE = 18;
    private static final int DEVICE_ADDED = 19;
    private static final int DEVICE_REMOVAL_FAILED = 22;

    /** libvirt-domain.h, VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED. */
    private static final int AGENT_STATE_CONNECTED = 1;

    private final ConnectionPool connections;
    private final Consumer<DomainEvent> listener;
    private final BlockingQueue<DomainEvent> reports = new ArrayBlockingQueue<>(QUEUE_LENGTH);

    // libvirt keeps no reference that the garbage collector could see
    private final Libvirt.VirConnectDomainEventCallback lifecycle = this::lifecycle;
    private final Libvirt.VirConnectDomainAgentLifecycleEventCallback agent = this::agent;
    private final DeviceCallback added = new Device(Kind.DEVICE_ADDED);
    private final DeviceCallback removed = new Device(Kind.DEVICE_REMOVED);
    private final DeviceCallback removalFailed = new Device(Kind.DEVICE_REMOVAL_FAILED);

    private final Thread watcher = daemon("libvirt-watch", this::watch);
    private final Thread messenger = daemon("libvirt-reports", this::deliver);
    private volatile boolean closed;

    /** virConnectDomainEventDeviceRemovedCallback and its likes, which libvirt-java does not have. */
    interface DeviceCallback extends Libvirt.VirDomainEventCallback {
        /** Named as JNA finds it. */
        void eventCallback(ConnectionPointer connection, DomainPointer domain, String alias, @Nullable Pointer opaque);
    }

    EventWatch(ConnectionPool connections, Consumer<DomainEvent> listener) {
        this.connections = connections;
        this.listener = listener;
    }

    void start() {
        messenger.start();
        watcher.start();
    }

    /** Returns once the connection has been let go of. */
    @Override
    public void close() {
        closed = true;
        watcher.interrupt();
        try {
            watcher.join(LOOK_MILLIS * 10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        messenger.interrupt();
    }

    private void watch() {
        boolean told = false;
        while (!closed) {
            try (ConnectionPool.Lease lease = connections.lease()) {
                told = false;
                List<Integer> ids = register(lease.connection().pointer());
                report(DomainEvent.of(Kind.CONNECTED));
                while (!closed && lease.isAlive()) {
                    pause();
                }
                // first this, then the connection: one that is closed with listeners leaks
                ids.forEach(id -> Libvirt.INSTANCE.virConnectDomainEventDeregisterAny(
                        lease.connection().pointer(), id));
                report(DomainEvent.of(Kind.DISCONNECTED));
            } catch (HypervisorException e) {
                if (!told && !closed) {
                    LOG.warn("no reports from libvirt: {}", e.getMessage());
                }
                told = true;
                pause();
            }
        }
    }

    /** The test driver has lifecycle reports only. */
    private List<Integer> register(ConnectionPointer connection) {
        List<Integer> ids = new ArrayList<>();
        register(connection, LIFECYCLE, lifecycle, ids);
        register(connection, AGENT_LIFECYCLE, agent, ids);
        register(connection, DEVICE_ADDED, added, ids);
        register(connection, DEVICE_REMOVED, removed, ids);
        register(connection, DEVICE_REMOVAL_FAILED, removalFailed, ids);
        return ids;
    }

    private static void register(
            ConnectionPointer connection, int event, Libvirt.VirDomainEventCallback callback, List<Integer> ids) {
        int id = Libvirt.INSTANCE.virConnectDomainEventRegisterAny(connection, null, event, callback, null, null);
        if (id >= 0) {
            ids.add(id);
        } else {
            LOG.info(
                    "no reports of kind {} from libvirt: {}",
                    event,
                    NativeFailure.last().getMessage());
        }
    }

    private int lifecycle(ConnectionPointer connection, DomainPointer domain, int type, int detail, Pointer opaque) {
        kind(type).ifPresent(kind -> report(kind, domain, ""));
        return 0;
    }

    /** libvirt-domain.h, virDomainEventType. */
    private static Optional<Kind> kind(int type) {
        return switch (type) {
            case 0 -> Optional.of(Kind.DEFINED);
            case 1 -> Optional.of(Kind.UNDEFINED);
            case 2 -> Optional.of(Kind.STARTED);
            case 3, 7 /* by the guest itself */ -> Optional.of(Kind.PAUSED);
            case 4 -> Optional.of(Kind.RESUMED);
            case 5, 8 /* crashed */ -> Optional.of(Kind.STOPPED);
            default -> Optional.empty(); // 6: the guest is on its way down, STOPPED follows
        };
    }

    private int agent(ConnectionPointer connection, DomainPointer domain, int state, int reason, Pointer opaque) {
        report(state == AGENT_STATE_CONNECTED ? Kind.AGENT_CONNECTED : Kind.AGENT_DISCONNECTED, domain, "");
        return 0;
    }

    private void report(Kind kind, DomainPointer domain, String detail) {
        try {
            report(new DomainEvent(kind, Optional.of(DomainHandle.uuid(domain)), detail));
        } catch (NativeFailure e) {
            LOG.warn("a report of libvirt's is lost: {}", e.getMessage());
        }
    }

    private void report(DomainEvent event) {
        if (!reports.offer(event)) {
            reports.clear();
            reports.offer(DomainEvent.of(Kind.CONNECTED));
        }
    }

    private void deliver() {
        while (true) {
            try {
                listener.accept(reports.take());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("a report of libvirt's was not taken", e);
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** For one kind of report on devices. */
    private final class Device implements DeviceCallback {
        private final Kind kind;

        Device(Kind kind) {
            this.kind = kind;
        }

        @Override
        public void eventCallback(
                ConnectionPointer connection, DomainPointer domain, String alias, @Nullable Pointer opaque) {
            report(kind, domain, alias);
        }
    }
}
