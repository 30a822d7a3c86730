package org.novamq.driver.libvirt;

import java.util.UUID;
import org.novamq.driver.libvirt.ConnectionPool.Connection;

/**
 * Puts a device into a domain.
 *
 * @param whenLate run if that succeeds after its caller was told that there is no answer
 */
record Attachment(UUID uuid, String deviceXml, Runnable whenLate) implements NativeChannel.Work<Boolean> {
    String what() {
        return "attach a device to domain " + uuid;
    }

    @Override
    public Boolean on(Connection connection) throws NativeFailure {
        try (DomainHandle domain = DomainHandle.lookup(connection.pointer(), uuid)) {
            domain.attachDevice(deviceXml, domain.isActive());
            return true;
        }
    }

    @Override
    public void late() {
        whenLate.run();
    }
}
