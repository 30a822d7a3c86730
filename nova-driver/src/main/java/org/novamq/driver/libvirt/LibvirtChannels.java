package org.novamq.driver.libvirt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Puts together the channels of one hypervisor and the connections behind them. Opens none. */
final class LibvirtChannels {
    private final LibvirtSettings settings;
    private final List<ConnectionKeeper> keepers = new ArrayList<>();
    private final List<NativeChannel> channels = new ArrayList<>();

    LibvirtChannels(LibvirtSettings settings) {
        this.settings = settings;
    }

    NativeChannel channel(String name, String deadlineName, Duration patience, Duration deadline) {
        NativeCalls calls = new NativeCalls(name, deadlineName, settings.threads(), settings.maxAbandoned());
        NativeChannel channel = new NativeChannel(keeper(), calls, patience, deadline);
        channels.add(channel);
        return channel;
    }

    ConnectionKeeper keeper() {
        // the test driver keeps its domains in the connection: two connections would be two hosts
        if (settings.connectionUri().startsWith("test:") && !keepers.isEmpty()) {
            return keepers.get(0);
        }
        ConnectionKeeper keeper =
                new ConnectionKeeper(settings.connectionUri(), settings.connectTimeout(), settings.maxAbandoned());
        keepers.add(keeper);
        return keeper;
    }

    /** All that were made. */
    List<NativeChannel> channels() {
        return List.copyOf(channels);
    }

    List<ConnectionKeeper> keepers() {
        return List.copyOf(keepers);
    }
}
