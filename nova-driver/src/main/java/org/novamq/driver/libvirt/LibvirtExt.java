package org.novamq.driver.libvirt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.libvirt.jna.ConnectionPointer;
import org.libvirt.jna.DomainPointer;

/** The functions of libvirt that libvirt-java 0.5.4 does not map, in its own pointer types. */
interface LibvirtExt extends Library {
    /** libvirt's text is UTF-8 whatever the locale says; JNA would take the platform's encoding. */
    LibvirtExt INSTANCE = Native.load("virt", LibvirtExt.class, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

    /** libvirt-domain.h, VIR_DOMAIN_DEFINE_VALIDATE. */
    int DEFINE_VALIDATE = 1;

    /** Since libvirt 1.2.12; null on failure. */
    @Nullable
    DomainPointer virDomainDefineXMLFlags(ConnectionPointer connection, String xml, int flags);

    /** virDomainGetInfo would read the process's CPU time too, and fail when the guest ends meanwhile. */
    int virDomainGetState(DomainPointer domain, IntByReference state, @Nullable IntByReference reason, int flags);

    /** Of the calling thread's last libvirt call; since 4.5.0. */
    int virGetLastErrorCode();

    /** Of the calling thread's last libvirt call; since 1.0.6. */
    String virGetLastErrorMessage();
}
