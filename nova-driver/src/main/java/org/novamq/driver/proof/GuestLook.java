package org.novamq.driver.proof;

import java.util.ArrayList;
import java.util.HashMap;
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

    private static final Pattern CHANNELS = Pattern.compile("Channel parameters for ([A-Za-z0-9_.-]{1,15}):");
    private static final Pattern COMBINED = Pattern.compile("Combined:\\s{1,8}([0-9]{1,5})");

    /** VIRTIO 1.1, 5.1.3: VIRTIO_NET_F_MQ (22), "device supports multiqueue with automatic receive steering". */
    private static final int VIRTIO_NET_F_MQ = 22;

    GuestLook {
        nics = List.copyOf(nics);
    }

    static GuestLook parse(String text) {
        // a line without an end may have lost digits
        List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .limit(MAX_LINES)
                .filter(line -> line.length() <= MAX_LINE)
                .map(String::strip)
                .toList();
        Map<String, GuestNic.Channels> channels = channels(lines);
        boolean ethtool = !lines.contains("ethtool none");
        Map<String, GuestNic> nics = new LinkedHashMap<>();
        int begin = -1;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("nic ")) {
                begin = i;
            } else if (lines.get(i).equals("done") && begin >= 0) {
                nic(lines.subList(begin, i), channels, ethtool).ifPresent(nic -> nics.putIfAbsent(nic.name(), nic));
                begin = -1;
            }
        }
        boolean ended = !lines.isEmpty() && lines.get(lines.size() - 1).equals("end");
        return new GuestLook(List.copyOf(nics.values()), ended && !lines.contains("cut"));
    }

    /** By name; maximum and active, of which one alone says nothing. */
    private static Map<String, GuestNic.Channels> channels(List<String> lines) {
        Map<String, List<Integer>> counts = new HashMap<>();
        List<Integer> section = new ArrayList<>();
        for (String line : lines) {
            Matcher header = CHANNELS.matcher(line);
            Matcher combined = COMBINED.matcher(line);
            if (header.matches()) {
                section = new ArrayList<>();
                counts.putIfAbsent(header.group(1), section);
            } else if (combined.matches()) {
                section.add(Integer.valueOf(combined.group(1)));
            }
        }
        Map<String, GuestNic.Channels> channels = new HashMap<>();
        counts.forEach((name, both) -> {
            if (both.size() == 2 && both.get(1) >= 1 && both.get(1) <= both.get(0)) {
                channels.put(name, new GuestNic.Channels(both.get(1), both.get(0)));
            }
        });
        return channels;
    }

    /** One NIC's lines, without its last; empty where name or MAC are missing. */
    private static Optional<GuestNic> nic(
            List<String> lines, Map<String, GuestNic.Channels> allChannels, boolean ethtool) {
        Optional<String> name = first(lines, NIC);
        Optional<String> mac = first(lines, PERMANENT).or(() -> first(lines, ADDRESS));
        if (name.isEmpty() || mac.isEmpty()) {
            return Optional.empty();
        }
        Optional<GuestNic.Channels> channels = Optional.ofNullable(allChannels.get(name.get()));
        return Optional.of(new GuestNic(
                name.get(),
                mac.get().toLowerCase(Locale.ROOT),
                first(lines, DRIVER),
                first(lines, FEATURES).map(bits -> bits.charAt(VIRTIO_NET_F_MQ) == '1'),
                first(lines, VECTORS).map(Integer::valueOf),
                channels,
                channels.isPresent() ? "" : complaint(lines, ethtool)));
    }

    private static String complaint(List<String> lines, boolean ethtool) {
        if (!ethtool) {
            return "the guest has no ethtool";
        }
        return lines.stream().anyMatch(line -> line.contains(GuestNic.NOT_SUPPORTED))
                ? "the guest's ethtool -l says '" + GuestNic.NOT_SUPPORTED + "'"
                : "the guest's ethtool -l tells nothing of it";
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
