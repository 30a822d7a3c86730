package org.novamq.driver.libvirt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Puts together the channels of one hypervisor and the connections behind them. Opens none. */
final class LibvirtChannels {
    private final LibvirtSettings settings;
    private final ConnectionPool connections;
    private final List<NativeChannel> channels = new ArrayList<>();

    LibvirtChannels(LibvirtSettings settings) {
        this.settings = settings;
        // the test driver is in this process, and keeps its domains in the connection: two would be two hosts
        boolean onlyOne = settings.connectionUri().startsWith("test:");
        connections = new ConnectionPool(
                settings.connectionUri(),
                onlyOne,
                settings.connectTimeout(),
                settings.threads(),
                settings.maxAbandoned());
    }

    NativeChannel channel(String name, String deadlineName, Duration patience, Duration deadline) {
        NativeCalls calls = new NativeCalls(name, deadlineName, settings.threads(), settings.maxAbandoned());
        NativeChannel channel = new NativeChannel(connections, calls, patience, deadline);
        channels.add(channel);
        return channel;
    }

    ConnectionPool connections() {
        return connections;
    }

    /** All that were made. */
    List<NativeChannel> channels() {
        return List.copyOf(channels);
    }
}
