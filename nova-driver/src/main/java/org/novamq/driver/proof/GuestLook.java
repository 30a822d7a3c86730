package org.novamq.driver.proof;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The guest's NICs as {@link GuestScript} prints them. Pure. The text comes from a guest, which may print anything: what is
 * not understood is passed over, and a NIC counts only when its description has an end.
 *
 * @param nics in the guest's order, with different names
 * @param complete whether these are all NICs of the guest that have a device
 */
record GuestLook(List<GuestNic> nics, boolean complete) {
    /** Lines that are read; a NIC takes about 25. */
    static final int MAX_LINES = 32 * GuestScript.MAX_NICS;

    /** Characters of a line that is read; the longest that is wanted, the features, has 73. */
    static final int MAX_LINE = 256;

    /** Linux IFNAMSIZ, and the characters that the script lets pass. */
    private static final Pattern NIC = Pattern.compile("nic ([A-Za-z0-9_.-]{1,15})");

    private static final String MAC = "((?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2})";
    private static final Pattern ADDRESS = Pattern.compile("address " + MAC);

    /** Linux before 3.8 has zeros where the driver does not say it. */
    private static final Pattern PERMANENT = Pattern.compile("Permanent address:\\s{1,8}(?!00:00:00:00:00:00)" + MAC);

    private static final Pattern DRIVER = Pattern.compile("driver ([A-Za-z0-9_.-]{1,32})");
    private static final Pattern FEATURES = Pattern.compile("features ([01]{32,128})");

    /** PCI: a function has at most 2,048 MSI-X vectors. */
    private static final Pattern VECTORS = Pattern.compile("vectors ([0-9]{1,4})");

    private static final Pattern COMBINED = Pattern.compile("Combined:\\s{1,8}([0-9]{1,5})");

    /** VIRTIO 1.1, 5.1.3: VIRTIO_NET_F_MQ (22), "device supports multiqueue with automatic receive steering". */
    private static final int VIRTIO_NET_F_MQ = 22;

    private static final int MAX_COMPLAINT = 100;
    private static final Pattern NOT_PRINTABLE = Pattern.compile("[^ -~]+");

    GuestLook {
        nics = List.copyOf(nics);
    }

    static GuestLook parse(String text) {
        List<String> lines = text.lines()
                .limit(MAX_LINES)
                .filter(line -> line.length() <= MAX_LINE)
                .map(String::strip)
                .toList();
        Map<String, GuestNic> nics = new LinkedHashMap<>();
        boolean ethtool = !lines.contains("ethtool none");
        int begin = -1;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("nic ")) {
                begin = i;
            } else if (lines.get(i).equals("done") && begin >= 0) {
                nic(lines.subList(begin, i), ethtool).ifPresent(nic -> nics.putIfAbsent(nic.name(), nic));
                begin = -1;
            }
        }
        boolean ended = !lines.isEmpty() && lines.get(lines.size() - 1).equals("end");
        return new GuestLook(List.copyOf(nics.values()), ended && !lines.contains("cut"));
    }

    /** One NIC's lines, without its last; empty where name or MAC are missing. */
    private static Optional<GuestNic> nic(List<String> lines, boolean ethtool) {
        Optional<String> name = first(lines, NIC);
        Optional<String> mac = first(lines, PERMANENT).or(() -> first(lines, ADDRESS));
        if (name.isEmpty() || mac.isEmpty()) {
            return Optional.empty();
        }
        Optional<GuestNic.Channels> channels = channels(lines);
        return Optional.of(new GuestNic(
                name.get(),
                mac.get().toLowerCase(Locale.ROOT),
                first(lines, DRIVER),
                first(lines, FEATURES).map(bits -> bits.charAt(VIRTIO_NET_F_MQ) == '1'),
                first(lines, VECTORS).map(Integer::valueOf),
                channels,
                channels.isPresent() ? "" : complaint(lines, ethtool)));
    }

    /** Maximum and active; one of them alone says nothing. */
    private static Optional<GuestNic.Channels> channels(List<String> lines) {
        List<Integer> counts = lines.stream()
                .map(COMBINED::matcher)
                .filter(Matcher::matches)
                .map(matcher -> Integer.valueOf(matcher.group(1)))
                .toList();
        return counts.size() == 2 && counts.get(1) >= 1 && counts.get(1) <= counts.get(0)
                ? Optional.of(new GuestNic.Channels(counts.get(1), counts.get(0)))
                : Optional.empty();
    }

    private static String complaint(List<String> lines, boolean ethtool) {
        if (!ethtool) {
            return "the guest has no ethtool";
        }
        int start = lines.indexOf("channels") + 1;
        String said = start == 0
                ? ""
                : lines.subList(start, lines.size()).stream()
                        .filter(line -> line.contains(GuestNic.NOT_SUPPORTED))
                        .findFirst()
                        .orElse(start < lines.size() ? lines.get(start) : "");
        String printable = NOT_PRINTABLE.matcher(said).replaceAll("?");
        return printable.isEmpty()
                ? "the guest's ethtool -l tells nothing of it"
                : "the guest's ethtool -l says '" + printable.substring(0, Math.min(MAX_COMPLAINT, printable.length()))
                        + "'";
    }

    private static Optional<String> first(List<String> lines, Pattern pattern) {
        return lines.stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .findFirst();
    }

    /**
     * The NICs that came with this MAC and may be of this model. A bond gives one MAC to all its NICs, and a failover pair
     * has one by design, so there may be several.
     */
    List<GuestNic> matching(String mac, boolean virtio) {
        return nics.stream()
                .filter(nic -> nic.mac().equals(mac) && nic.fits(virtio))
                .toList();
    }
}
