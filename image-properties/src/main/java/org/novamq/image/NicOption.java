package org.novamq.image;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One {@code --nic} option in novaclient's grammar, with {@code queues=} and {@code throughput=} beside its keys:
 * {@code net-id=blue,queues=4}. Keys may be written with dashes or, as in the specification, with underscores.
 *
 * @param network {@code net-id} or {@code net-name}: the service takes either for a network's reference
 * @param port {@code port-id}; exactly one of network and port is given
 * @param v4FixedIp {@code v4-fixed-ip}, an IPv4 address
 * @param v6FixedIp {@code v6-fixed-ip}, an IPv6 address
 * @param tag {@code tag}, a device tag as Nova has it
 * @param wish {@code queues} or {@code throughput}
 */
public record NicOption(
        Optional<String> network,
        Optional<String> port,
        Optional<String> v4FixedIp,
        Optional<String> v6FixedIp,
        Optional<String> tag,
        Optional<NicWish> wish) {

    private static final List<String> KEYS =
            List.of("net-id", "net-name", "port-id", "v4-fixed-ip", "v6-fixed-ip", "tag", "queues", "throughput");

    /** Nova: {@code nova/api/openstack/compute/schemas/servers.py}, tag of a network. */
    private static final Pattern TAG = Pattern.compile("[^,/]{1,60}");

    /**
     * Reads one option; all that is wrong with it goes into the findings under {@code field}.
     *
     * @param text what follows {@code --nic}
     */
    public static Optional<NicOption> read(String text, String field, Findings findings) {
        Findings own = new Findings();
        Map<String, String> given = split(text, field, own);
        requireOneTarget(text, given, field, own);
        NicOption option = new NicOption(
                value(given, "net-id").or(() -> value(given, "net-name")),
                value(given, "port-id"),
                value(given, "v4-fixed-ip").filter(ip -> isAddress(ip, Inet4Address.class, field, own)),
                value(given, "v6-fixed-ip").filter(ip -> isAddress(ip, Inet6Address.class, field, own)),
                value(given, "tag").filter(tag -> isTag(tag, field, own)),
                wish(given, field, own));
        option.tag.ifPresent(tag -> NicWish.readTag(tag, field, own));
        findings.addAll(own);
        return own.hasProblems() ? Optional.empty() : Optional.of(option);
    }

    private static Map<String, String> split(String text, String field, Findings findings) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String written = equals < 0 ? part : part.substring(0, equals);
            String key = written.replace('_', '-');
            if (equals < 0 || equals == part.length() - 1) {
                findings.problem(field, part, "cannot read " + Texts.quote(part) + ": key=value is needed");
            } else if (!KEYS.contains(key)) {
                findings.problem(
                        field,
                        part,
                        "cannot read the key " + Texts.quote(written) + ": it must be " + Texts.choice(KEYS)
                                + Suggestions.hint(key, KEYS));
            } else if (given.putIfAbsent(key, part.substring(equals + 1)) != null) {
                findings.problem(field, part, "cannot take " + key + " twice for one NIC");
            }
        }
        return given;
    }

    private static void requireOneTarget(String text, Map<String, String> given, String field, Findings findings) {
        long targets = given.keySet().stream()
                .filter(List.of("net-id", "net-name", "port-id")::contains)
                .count();
        if (targets != 1) {
            findings.problem(
                    field,
                    text,
                    "cannot tell what to connect the NIC to: exactly one of net-id, net-name and port-id is needed, "
                            + targets + " given");
        }
    }

    private static Optional<NicWish> wish(Map<String, String> given, String field, Findings findings) {
        if (given.containsKey("queues") && given.containsKey("throughput")) {
            findings.problem(
                    field,
                    given.get("queues"),
                    "cannot take both queues and throughput for one NIC: each says how many queues it gets");
        }
        return value(given, "queues")
                .flatMap(raw -> NicWish.readQueues(raw, field, findings))
                .or(() -> value(given, "throughput").flatMap(raw -> NicWish.readThroughput(raw, field, findings)));
    }

    private static boolean isAddress(String text, Class<?> family, String field, Findings findings) {
        boolean sound = InetAddresses.isInetAddress(text) && family.isInstance(InetAddresses.forString(text));
        if (!sound) {
            findings.problem(
                    field, text, "cannot use " + Texts.quote(text) + " as a fixed IP: no such address in this family");
        }
        return sound;
    }

    /** Whether Nova would take the tag; else a problem. */
    public static boolean isTag(String tag, String field, Findings findings) {
        boolean sound = TAG.matcher(tag).matches();
        if (!sound) {
            findings.problem(
                    field, tag, "cannot use the tag " + Texts.quote(tag) + ": 1 to 60 characters without ',' and '/'");
        }
        return sound;
    }

    private static Optional<String> value(Map<String, String> given, String key) {
        return Optional.ofNullable(given.get(key));
    }
}
