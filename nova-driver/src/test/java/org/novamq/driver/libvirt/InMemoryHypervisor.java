package org.novamq.driver.libvirt;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.novamq.driver.libvirt.HypervisorException.Kind;

/** A host in memory: domains with their definitions and states, and calls that can be made to fail, or to wait. */
public final class InMemoryHypervisor implements Hypervisor {
    private static final Pattern UUID_ELEMENT = Pattern.compile("<uuid>(.*?)</uuid>");
    private static final Pattern MAC = Pattern.compile("<mac address=\"(.*?)\"");
    private static final Pattern RECORD = Pattern.compile("(?s)(<novamq:instance [^>]*>).*(</novamq:instance>)");

    private final Map<UUID, Guest> guests = new ConcurrentSkipListMap<>();
    private final Map<String, Runnable> firsts = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Runnable> lost = new CopyOnWriteArrayList<>();
    private volatile boolean losesDefinitions;
    private volatile boolean losesAttachments;
    private UnaryOperator<String> agent = command -> {
        throw failure(Kind.AGENT_UNRESPONSIVE, "no agent");
    };

    private static final class Guest {
        private volatile String xml = "";
        private volatile PowerState power = PowerState.SHUTDOWN;
        private volatile boolean saved;

        /** What it runs from when it comes back from its memory. */
        private volatile String image = "";

        /** What it is started from next, where that is not what runs. */
        private volatile Optional<String> stored = Optional.empty();

        private void start(PowerState state) {
            if (saved && !image.isEmpty()) {
                stored = Optional.of(xml);
                xml = image;
            }
            power = state;
            saved = false;
        }
    }

    /**
     * What happens first whenever a call comes.
     *
     * @param call the method's name, or with one domain's uuid after a blank
     */
    public void first(String call, Runnable work) {
        firsts.put(call, work);
    }

    public void fail(String call, Kind kind) {
        first(call, () -> {
            throw failure(kind, "cannot " + call);
        });
    }

    /** It works again. */
    public void heal(String call) {
        firsts.remove(call);
    }

    /** How the guests' agents answer. */
    public void agent(UnaryOperator<String> answers) {
        agent = answers;
    }

    /** Names of methods, of a start's lane too, and uuids, in order. */
    public List<String> calls() {
        return calls;
    }

    /** Somebody else's hand. */
    public void become(UUID uuid, PowerState power, boolean saved) {
        Guest guest = guest(uuid);
        guest.power = power;
        guest.saved = saved;
        if (power == PowerState.SHUTDOWN) {
            guest.stored.ifPresent(xml -> put(uuid, xml));
        }
    }

    /** Somebody else's domain, or somebody else's idea of ours. */
    public void put(UUID uuid, String xml) {
        Guest guest = guests.computeIfAbsent(uuid, unused -> new Guest());
        guest.xml = xml;
        guest.stored = Optional.empty();
    }

    public void remove(UUID uuid) {
        guests.remove(uuid);
    }

    public String xml(UUID uuid) {
        return guest(uuid).xml;
    }

    /** From now on libvirt does not answer in time when a domain is defined. */
    public void loseDefinitions() {
        losesDefinitions = true;
    }

    /** From now on it does. */
    public void answerDefinitions() {
        losesDefinitions = false;
    }

    /** The same, and what it has not answered happens now. */
    public void findDefinitions() {
        answerDefinitions();
        List<Runnable> found = List.copyOf(lost);
        lost.clear();
        found.forEach(Runnable::run);
    }

    /** The same of devices that are attached, until {@link #findAttachments}. */
    public void loseAttachments() {
        losesAttachments = true;
    }

    /** What was not answered happens now. */
    public void findAttachments() {
        losesAttachments = false;
        findDefinitions();
    }

    @Override
    public void define(String domainXml, Runnable late) {
        Matcher matcher = UUID_ELEMENT.matcher(domainXml);
        if (!matcher.find()) {
            throw failure(Kind.INVALID, "no uuid");
        }
        UUID uuid = UUID.fromString(matcher.group(1));
        begin("define", uuid);
        if (losesDefinitions) {
            lost.add(() -> {
                put(uuid, domainXml);
                late.run();
            });
            throw failure(Kind.TIMEOUT, "no answer from libvirt");
        }
        put(uuid, domainXml);
    }

    @Override
    public void start(UUID uuid, Lane lane) {
        begin("start", uuid);
        calls.add(lane + " " + uuid);
        guest(uuid).start(PowerState.RUNNING);
    }

    @Override
    public void startPaused(UUID uuid, Lane lane) {
        begin("startPaused", uuid);
        guest(uuid).start(PowerState.PAUSED);
    }

    @Override
    public void destroy(UUID uuid) {
        begin("destroy", uuid);
        become(uuid, PowerState.SHUTDOWN, guest(uuid).saved);
    }

    @Override
    public void shutdown(UUID uuid) {
        begin("shutdown", uuid);
        become(uuid, PowerState.SHUTDOWN, false);
    }

    @Override
    public void suspend(UUID uuid) {
        begin("suspend", uuid);
        become(uuid, PowerState.PAUSED, false);
    }

    @Override
    public void resume(UUID uuid) {
        begin("resume", uuid);
        become(uuid, PowerState.RUNNING, false);
    }

    @Override
    public void save(UUID uuid) {
        guest(uuid).image = xml(uuid);
        begin("save", uuid);
        become(uuid, PowerState.SHUTDOWN, true);
    }

    @Override
    public void dropSaved(UUID uuid) {
        begin("dropSaved", uuid);
        become(uuid, guest(uuid).power, false);
    }

    @Override
    public void attachDevice(UUID uuid, String deviceXml, Runnable late) {
        begin("attachDevice", uuid);
        Runnable attach = () -> put(uuid, xml(uuid).replace("</devices>", deviceXml + "</devices>"));
        if (losesAttachments) {
            lost.add(() -> {
                attach.run();
                late.run();
            });
            throw failure(Kind.TIMEOUT, "no answer from libvirt");
        }
        attach.run();
    }

    /** The guest lets go of a NIC when it likes. */
    public void letGo(UUID uuid, String mac) {
        put(uuid, without(xml(uuid), mac));
    }

    /** There is one document for both, so that only LIVE changes it. */
    @Override
    public void detachDevice(UUID uuid, String deviceXml, DetachFrom from) {
        begin("detachDevice", uuid);
        Matcher mac = MAC.matcher(deviceXml);
        if (from == DetachFrom.LIVE && mac.find()) {
            String rest = without(xml(uuid), mac.group(1));
            if (rest.equals(xml(uuid))) {
                throw failure(Kind.DEVICE_MISSING, "no device " + mac.group(1));
            }
            put(uuid, rest);
        }
    }

    private static String without(String xml, String mac) {
        return Pattern.compile("(?s)<interface (?:(?!</interface>).)*" + mac + ".*?</interface>")
                .matcher(xml)
                .replaceAll("");
    }

    @Override
    public AutoCloseable subscribe(Consumer<DomainEvent> listener) {
        return () -> {};
    }

    @Override
    public void undefine(UUID uuid) {
        begin("undefine", uuid);
        guests.remove(uuid);
    }

    @Override
    public Optional<Domain> find(UUID uuid) {
        begin("find", uuid);
        return Optional.ofNullable(guests.get(uuid)).map(guest -> domain(uuid, guest));
    }

    @Override
    public String storedXml(UUID uuid) {
        begin("storedXml", uuid);
        return guest(uuid).stored.orElse(xml(uuid));
    }

    @Override
    public List<Domain> list() {
        calls.add("list");
        firsts.getOrDefault("list", InMemoryHypervisor::nothing).run();
        return guests.entrySet().stream()
                .map(entry -> domain(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Domain domain(UUID uuid, Guest guest) {
        return new Domain(uuid, "instance-" + uuid, guest.power, guest.xml, guest.saved);
    }

    @Override
    public void setMetadata(UUID uuid, DomainMetadata metadata) {
        begin("setMetadata", uuid);
        String record = metadata.xml().replaceAll("</?instance>", "");
        UnaryOperator<String> written =
                xml -> RECORD.matcher(xml).replaceAll("$1" + Matcher.quoteReplacement(record) + "$2");
        Guest guest = guest(uuid);
        guest.xml = written.apply(guest.xml);
        guest.stored = guest.stored.map(written);
    }

    @Override
    public String agentCommand(UUID uuid, String json, Duration timeout) {
        begin("agentCommand", uuid);
        return agent.apply(json);
    }

    /** Nothing here runs, so nothing has been used. */
    @Override
    public DomainStats stats(UUID uuid, List<String> disks, List<String> nics) {
        begin("stats", uuid);
        throw failure(Kind.UNSUPPORTED, "no statistics of " + uuid);
    }

    @Override
    public HostInfo hostInfo() {
        throw failure(Kind.UNSUPPORTED, "nobody asks");
    }

    @Override
    public List<Machine> machines() {
        return List.of();
    }

    private static void nothing() {}

    private void begin(String call, UUID uuid) {
        calls.add(call + " " + uuid);
        firsts.getOrDefault(call, InMemoryHypervisor::nothing).run();
        firsts.getOrDefault(call + " " + uuid, InMemoryHypervisor::nothing).run();
    }

    private Guest guest(UUID uuid) {
        Guest guest = guests.get(uuid);
        if (guest == null) {
            throw failure(Kind.NOT_FOUND, "no domain " + uuid);
        }
        return guest;
    }

    private static HypervisorException failure(Kind kind, String message) {
        return new HypervisorException(kind, message);
    }
}
