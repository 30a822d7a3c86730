package org.novamq.driver.libvirt;

import org.libvirt.Error.ErrorNumber;
import org.novamq.driver.libvirt.ConnectionPool.Connection;
import org.novamq.driver.libvirt.HypervisorException.Kind;

/**
 * Defines a domain.
 *
 * @param whenLate run if that succeeds after its caller was told that there is no answer
 */
record Definition(String domainXml, Runnable whenLate) implements NativeChannel.Work<Boolean> {
    static final String WHAT = "define a domain";

    @Override
    public Boolean on(Connection connection) throws NativeFailure {
        try (DomainHandle defined = DomainHandle.define(connection.pointer(), domainXml)) {
            return defined.isPersistent();
        } catch (NativeFailure e) {
            // src/conf/virdomainobjlist.c: the name is another domain's, or the UUID another name's
            if (e.number() == ErrorNumber.VIR_ERR_OPERATION_FAILED) {
                throw e.as(Kind.CONFLICT, WHAT);
            }
            throw e;
        }
    }

    @Override
    public void late() {
        whenLate.run();
    }
}
