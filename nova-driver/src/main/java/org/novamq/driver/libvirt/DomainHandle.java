package org.novamq.driver.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.libvirt.jna.CString;
import org.libvirt.jna.ConnectionPointer;
import org.libvirt.jna.DomainByReference;
import org.libvirt.jna.DomainPointer;
import org.libvirt.jna.Libvirt;
import org.libvirt.jna.LibvirtQemu;
import org.libvirt.jna.SizeT;
import org.libvirt.jna.virDomainBlockStats;
import org.libvirt.jna.virDomainInfo;
import org.libvirt.jna.virDomainInterfaceStats;
import org.libvirt.jna.virVcpuInfo;

/**
 * A native {@code virDomainPtr}, to be used in try-with-resources. Not libvirt-java's {@code Domain}: that one is freed by
 * a finalizer too, which may run while a call on it is under way.
 */
final class DomainHandle implements AutoCloseable {
    // libvirt-domain.h
    private static final int METADATA_ELEMENT = 2;
    private static final int AFFECT_LIVE = 1;
    private static final int AFFECT_CONFIG = 2;
    // virDomainCreateFlags
    private static final int START_PAUSED = 1;
    // virDomainXMLFlags
    private static final int XML_INACTIVE = 2;
    private static final int VIR_UUID_BUFLEN = 16;

    private static final Libvirt LIBVIRT = Libvirt.INSTANCE;

    private final DomainPointer pointer;

    private DomainHandle(DomainPointer pointer) {
        this.pointer = pointer;
    }

    static DomainHandle lookup(ConnectionPointer connection, UUID uuid) throws NativeFailure {
        return of(LIBVIRT.virDomainLookupByUUIDString(connection, uuid.toString()));
    }

    static DomainHandle define(ConnectionPointer connection, String xml) throws NativeFailure {
        try {
            return defineOnce(connection, xml);
        } catch (NativeFailure e) {
            // libvirtd reads its schema with libxml2, which sets up its types without a lock (relaxng.c,
            // xmlRelaxNGInitTypes): the first two definitions of a new libvirtd, where they come at once, may fail so.
            if (String.valueOf(e.getMessage()).contains("Unable to parse RNG")) {
                return defineOnce(connection, xml);
            }
            throw e;
        }
    }

    private static DomainHandle defineOnce(ConnectionPointer connection, String xml) throws NativeFailure {
        return of(LibvirtExt.INSTANCE.virDomainDefineXMLFlags(connection, xml, LibvirtExt.DEFINE_VALIDATE));
    }

    /** All domains; each is to be closed. */
    static List<DomainHandle> list(ConnectionPointer connection) throws NativeFailure {
        DomainByReference result = new DomainByReference();
        int count = check(LIBVIRT.virConnectListAllDomains(connection, result, 0));
        Pointer array = result.getValue();
        List<DomainHandle> handles = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            handles.add(new DomainHandle(new DomainPointer(array.getPointer((long) i * Native.POINTER_SIZE))));
        }
        Native.free(Pointer.nativeValue(array));
        return handles;
    }

    /** What the domain is like now. */
    Domain snapshot() throws NativeFailure {
        PowerState state = state();
        return new Domain(uuid(pointer), name(), state, xml(0), state == PowerState.SHUTDOWN && hasManagedSave());
    }

    boolean isActive() throws NativeFailure {
        return check(LIBVIRT.virDomainIsActive(pointer)) == 1;
    }

    boolean isPersistent() throws NativeFailure {
        return check(LIBVIRT.virDomainIsPersistent(pointer)) == 1;
    }

    boolean isPaused() throws NativeFailure {
        return state() == PowerState.PAUSED;
    }

    /** Whether the guest has suspended itself to memory. */
    boolean isAsleep() throws NativeFailure {
        return state() == PowerState.SUSPENDED;
    }

    void start(boolean paused) throws NativeFailure {
        check(LIBVIRT.virDomainCreateWithFlags(pointer, paused ? START_PAUSED : 0));
    }

    void destroy() throws NativeFailure {
        check(LIBVIRT.virDomainDestroy(pointer));
    }

    void shutdown() throws NativeFailure {
        check(LIBVIRT.virDomainShutdown(pointer));
    }

    void suspend() throws NativeFailure {
        check(LIBVIRT.virDomainSuspend(pointer));
    }

    void resume() throws NativeFailure {
        check(LIBVIRT.virDomainResume(pointer));
    }

    void wakeUp() throws NativeFailure {
        check(LIBVIRT.virDomainPMWakeup(pointer, 0));
    }

    void managedSave() throws NativeFailure {
        check(LIBVIRT.virDomainManagedSave(pointer, 0));
    }

    void removeManagedSave() throws NativeFailure {
        check(LIBVIRT.virDomainManagedSaveRemove(pointer, 0));
    }

    boolean hasManagedSave() throws NativeFailure {
        return check(LIBVIRT.virDomainHasManagedSaveImage(pointer, 0)) == 1;
    }

    void attachDevice(String xml, boolean live) throws NativeFailure {
        check(LIBVIRT.virDomainAttachDeviceFlags(pointer, xml, AFFECT_CONFIG | (live ? AFFECT_LIVE : 0)));
    }

    void detachDevice(String xml, DetachFrom from) throws NativeFailure {
        int flags = switch (from) {
            case CONFIG -> AFFECT_CONFIG;
            case LIVE -> AFFECT_LIVE;
        };
        check(LIBVIRT.virDomainDetachDeviceFlags(pointer, xml, flags));
    }

    void undefine(int flags) throws NativeFailure {
        check(LIBVIRT.virDomainUndefineFlags(pointer, flags));
    }

    void setMetadata(DomainMetadata metadata, boolean live, boolean config) throws NativeFailure {
        int flags = (live ? AFFECT_LIVE : 0) | (config ? AFFECT_CONFIG : 0);
        check(LIBVIRT.virDomainSetMetadata(
                pointer, METADATA_ELEMENT, metadata.xml(), metadata.prefix(), metadata.namespace(), flags));
    }

    String agentCommand(String json, int timeoutSeconds) throws NativeFailure {
        return text(LibvirtQemu.INSTANCE.virDomainQemuAgentCommand(pointer, json, timeoutSeconds, 0));
    }

    /** Figures that a driver does not have for one device are left out, as in Nova. */
    DomainStats stats(List<String> disks, List<String> nics) throws NativeFailure {
        virDomainInfo info = new virDomainInfo();
        check(LIBVIRT.virDomainGetInfo(pointer, info));
        virVcpuInfo[] vcpus = new virVcpuInfo[info.nrVirtCpu];
        int known = vcpus.length == 0 ? 0 : check(LIBVIRT.virDomainGetVcpus(pointer, vcpus, vcpus.length, null, 0));
        List<Long> cpuNanos =
                Arrays.stream(vcpus).limit(known).map(vcpu -> vcpu.cpuTime).toList();
        return new DomainStats(
                info.maxMem.longValue(),
                info.memory.longValue(),
                cpuNanos,
                disks.stream().map(this::disk).flatMap(Optional::stream).toList(),
                nics.stream().map(this::nic).flatMap(Optional::stream).toList());
    }

    private Optional<DomainStats.Disk> disk(String device) {
        virDomainBlockStats stats = new virDomainBlockStats();
        int result = LIBVIRT.virDomainBlockStats(pointer, device, stats, new SizeT(stats.size()));
        return result < 0
                ? Optional.empty()
                : Optional.of(new DomainStats.Disk(
                        device, stats.rd_req, stats.rd_bytes, stats.wr_req, stats.wr_bytes, stats.errs));
    }

    private Optional<DomainStats.Nic> nic(String device) {
        virDomainInterfaceStats stats = new virDomainInterfaceStats();
        int result = LIBVIRT.virDomainInterfaceStats(pointer, device, stats, new SizeT(stats.size()));
        return result < 0
                ? Optional.empty()
                : Optional.of(new DomainStats.Nic(
                        device,
                        new DomainStats.Traffic(stats.rx_bytes, stats.rx_packets, stats.rx_errs, stats.rx_drop),
                        new DomainStats.Traffic(stats.tx_bytes, stats.tx_packets, stats.tx_errs, stats.tx_drop)));
    }

    /** Frees the handle; the domain itself is not touched. */
    @Override
    public void close() {
        LIBVIRT.virDomainFree(pointer);
    }

    /** Of a pointer that somebody else frees; asks the library only. */
    static UUID uuid(DomainPointer pointer) throws NativeFailure {
        byte[] bytes = new byte[VIR_UUID_BUFLEN];
        check(LIBVIRT.virDomainGetUUID(pointer, bytes));
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    private String name() throws NativeFailure {
        String name = LIBVIRT.virDomainGetName(pointer);
        if (name == null) {
            throw NativeFailure.last();
        }
        return name;
    }

    /** What it is started from next, which may differ from what runs. */
    String storedXml() throws NativeFailure {
        return xml(XML_INACTIVE);
    }

    private String xml(int flags) throws NativeFailure {
        return text(LIBVIRT.virDomainGetXMLDesc(pointer, flags));
    }

    private PowerState state() throws NativeFailure {
        IntByReference state = new IntByReference();
        check(LibvirtExt.INSTANCE.virDomainGetState(pointer, state, null, 0));
        return powerState(state.getValue());
    }

    /** libvirt-domain.h, virDomainState, to Nova's words as nova/virt/libvirt/guest.py does it. */
    static PowerState powerState(int virDomainState) {
        return switch (virDomainState) {
            case 1 /* RUNNING */, 2 /* BLOCKED */ -> PowerState.RUNNING;
            case 3 /* PAUSED */ -> PowerState.PAUSED;
            case 4 /* SHUTDOWN */, 5 /* SHUTOFF */ -> PowerState.SHUTDOWN;
            case 6 /* CRASHED */ -> PowerState.CRASHED;
            case 7 /* PMSUSPENDED */ -> PowerState.SUSPENDED;
            default -> PowerState.NOSTATE;
        };
    }

    private static DomainHandle of(@Nullable DomainPointer pointer) throws NativeFailure {
        if (pointer == null) {
            throw NativeFailure.last();
        }
        return new DomainHandle(pointer);
    }

    private static int check(int result) throws NativeFailure {
        if (result < 0) {
            throw NativeFailure.last();
        }
        return result;
    }

    /** CString.toString() frees the native text. */
    private static String text(@Nullable CString text) throws NativeFailure {
        if (text == null) {
            throw NativeFailure.last();
        }
        return text.toString();
    }
}
