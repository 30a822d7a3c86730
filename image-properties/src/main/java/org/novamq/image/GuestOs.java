package org.novamq.image;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image says of its operating system, and the one table that makes a guest profile of it.
 *
 * @param type {@code os_type}: {@code linux}, {@code windows}
 * @param distro {@code os_distro}: a name ({@code debian}) or a libosinfo id ({@code debian12})
 * @param version {@code os_version}: {@code 12}, {@code 22.04}
 */
public record GuestOs(Optional<String> type, Optional<String> distro, Optional<String> version) {
    /**
     * The first release of each distribution whose kernel is 4.15 or later. A distribution that rolls needs no version.
     * Amazon Linux 2 (4.14), SLES 15 SP1 (4.12) and CentOS 7 (3.10) are on the old side.
     */
    private static final Map<String, Release> FIRST_MODERN = Map.ofEntries(
            Map.entry("debian", new Release(10, 0)),
            Map.entry("ubuntu", new Release(18, 4)),
            Map.entry("rhel", new Release(8, 0)),
            Map.entry("centos", new Release(8, 0)),
            Map.entry("rocky", new Release(8, 0)),
            Map.entry("almalinux", new Release(8, 0)),
            Map.entry("ol", new Release(8, 0)),
            Map.entry("fedora", new Release(28, 0)),
            Map.entry("opensuse", new Release(15, 2)),
            Map.entry("sles", new Release(15, 2)),
            Map.entry("sled", new Release(15, 2)),
            Map.entry("alpine", new Release(3, 9)),
            Map.entry("amzn", new Release(2022, 0)),
            Map.entry("cirros", new Release(0, 5)),
            Map.entry("arch", Release.ANY),
            Map.entry("gentoo", Release.ANY),
            Map.entry("flatcar", Release.ANY));

    /** {@code debian12}, {@code ubuntu22.04}: a name and, in libosinfo's ids, a version in one word. */
    private static final Pattern DISTRO = Pattern.compile("([a-z]+)-?([0-9][0-9.]*)?");

    /** {@code windows}, and libosinfo's {@code win10}, {@code win2k19}. */
    private static final Pattern WINDOWS = Pattern.compile("win(dows)?[0-9k.r]*");

    private static final Pattern VERSION = Pattern.compile("([0-9]{1,6})(?:\\.([0-9]{1,6}))?.*");

    /** The distributions whose releases are known. */
    public static Set<String> knownDistros() {
        return FIRST_MODERN.keySet();
    }

    /** The profile that the properties give. */
    public GuestProfile profile() {
        return new GuestProfile(family(), describe(), Optional.empty());
    }

    private GuestFamily family() {
        if (says(type, "windows")) {
            return GuestFamily.WINDOWS;
        }
        if (distro.isEmpty()) {
            return GuestFamily.UNKNOWN;
        }
        if (WINDOWS.matcher(normal(distro)).matches()) {
            return GuestFamily.WINDOWS;
        }
        Matcher name = DISTRO.matcher(normal(distro));
        if (!name.matches()) {
            return GuestFamily.UNKNOWN;
        }
        Release first = FIRST_MODERN.get(name.group(1));
        if (first == null) {
            return GuestFamily.UNKNOWN;
        }
        Optional<String> release = version.or(() -> Optional.ofNullable(name.group(2)));
        boolean modern = Release.read(release.orElse("0.0")).compareTo(first) >= 0;
        return modern ? GuestFamily.LINUX : GuestFamily.LINUX_BEFORE_4_15;
    }

    /** {@code "os_distro 'debian', os_version '12'"}, for the origin of a limit. */
    private String describe() {
        String distroText = distro.map(d -> "os_distro " + Texts.quote(d)).orElse("os_distro not given");
        String versionText = version.map(v -> ", os_version " + Texts.quote(v)).orElse("");
        return distroText + versionText;
    }

    private static String normal(Optional<String> property) {
        return property.orElse("").strip().toLowerCase(Locale.ROOT);
    }

    private static boolean says(Optional<String> property, String word) {
        return normal(property).equals(word);
    }

    private record Release(int major, int minor) implements Comparable<Release> {
        static final Release ANY = new Release(0, 0);

        static Release read(String text) {
            Matcher version = VERSION.matcher(text.strip());
            if (!version.matches()) {
                return ANY;
            }
            String minor = version.group(2);
            return new Release(Integer.parseInt(version.group(1)), minor == null ? 0 : Integer.parseInt(minor));
        }

        @Override
        public int compareTo(Release other) {
            return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
        }
    }
}
