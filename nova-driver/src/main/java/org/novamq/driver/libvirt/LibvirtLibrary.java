package org.novamq.driver.libvirt;

import org.libvirt.Connect;
import org.libvirt.Library;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads libvirt into this process, once, on first use: encoding, silence on stderr, and the event loop. */
final class LibvirtLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(LibvirtLibrary.class);

    private LibvirtLibrary() {}

    /**
     * Makes sure that libvirt is loaded and set up; must come before the first connection, or that one has no events.
     *
     * @throws LinkageError when the library is not there, or failed to load earlier
     */
    static void load() {
        Loaded.touch();
    }

    /** The JVM's own lazy, thread-safe "once". */
    private static final class Loaded {
        // libvirt prints every error to stderr otherwise; every error reaches the caller as an exception anyway. In a
        // static, because libvirt-java does not keep it and a collected callback crashes the JVM.
        private static final Libvirt.VirErrorCallback SILENCE = (context, error) -> {};

        static {
            // libvirt-java names no encoding, and JNA takes the platform's: US-ASCII under LANG=C, systemd's default
            if (System.getProperty("jna.encoding") == null) {
                System.setProperty("jna.encoding", "UTF-8");
            }
            try {
                Connect.setErrorCallback(SILENCE);
                Library.initEventLoop();
            } catch (LibvirtException e) {
                throw new IllegalStateException("cannot set up libvirt's event loop: " + e.getMessage(), e);
            }
            // Keepalive needs the loop: without it a libvirtd that hangs is never noticed. Daemon: it never ends.
            Thread loop = new Thread(Loaded::runEvents, "libvirt-events");
            loop.setDaemon(true);
            loop.start();
        }

        static void touch() {}

        private static void runEvents() {
            while (true) {
                try {
                    Library.processEvent();
                } catch (LibvirtException e) {
                    LOG.warn("libvirt's event loop failed, it goes on: {}", e.getMessage());
                }
            }
        }
    }
}
