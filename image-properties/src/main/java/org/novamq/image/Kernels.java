package org.novamq.image;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The Linux kernels of a system's releases: lines of {@code kernels.tsv}, each with its source there. */
final class Kernels {
    /** Linux with vectors of its own for every online vCPU (arch/x86/kernel/apic/vector.c). */
    static final Version PER_VCPU = Version.of("4.15");

    /** The kernel after 2.6.32, whose vectors are counted as those of 4.14 are. */
    static final Version AFTER_2_6_32 = Version.of("2.6.33");

    /** Versions up to half as high again as the newest that is known are taken for newer releases. */
    private static final int GROWTH = 2;

    private static final int LEAST_GROWTH = 5;

    /** A system that counts in years has no release of a later decade. */
    private static final int FIRST_YEAR = 1990;

    private static final int LAST_YEAR = 2099;
    private static final int YEARS_GROWTH = 10;

    /** A version without dots has a major and a minor number of at most two digits. */
    private static final int MAX_MINOR_DIGITS = 2;

    private static final int MAX_UPDATE_DIGITS = 3;

    private final NavigableMap<Version, Release> releases = new TreeMap<>();

    /**
     * A release.
     *
     * @param text its version as its makers write it: {@code 22.04}
     * @param kernel the oldest kernel that it starts with
     */
    record Release(Version version, String text, Version kernel) {
        GuestFamily family() {
            return Kernels.family(kernel);
        }
    }

    /**
     * The possible readings of a version.
     *
     * @param oldest the oldest release that it can be
     * @param newest the newest; the same one, unless a part of the version is missing
     * @param exact whether the version is one of those releases, not one between or after the known ones
     */
    record Found(Release oldest, Release newest, boolean exact) {
        boolean isClear() {
            return oldest.family() == newest.family();
        }
    }

    Kernels(Iterable<Release> releases) {
        releases.forEach(release -> this.releases.put(release.version(), release));
    }

    /** The family of a kernel. */
    static GuestFamily family(Version kernel) {
        if (kernel.compareTo(AFTER_2_6_32) < 0) {
            return GuestFamily.LINUX_2_6_32;
        }
        return kernel.compareTo(PER_VCPU) < 0 ? GuestFamily.LINUX_BEFORE_4_15 : GuestFamily.LINUX;
    }

    boolean isEmpty() {
        return releases.isEmpty();
    }

    /** The families that a guest of unknown version may belong to: absent where no release is known. */
    Optional<Found> any() {
        List<Release> byKernel = releases.values().stream()
                .sorted((a, b) -> a.kernel().compareTo(b.kernel()))
                .toList();
        return byKernel.isEmpty()
                ? Optional.empty()
                : Optional.of(new Found(byKernel.get(0), byKernel.get(byKernel.size() - 1), true));
    }

    /** The release with the newest kernel, the highest number of several. */
    Release newest() {
        return releases.values().stream()
                .max(Comparator.comparing(Release::kernel).thenComparing(Release::version))
                .orElseThrow();
    }

    /**
     * The releases that a version can be: those that begin with it, else the one before it, whose kernel is not newer.
     * Absent for a version before all that are known.
     */
    Optional<Found> find(Version version) {
        List<Release> begin = releases.tailMap(version, true).values().stream()
                .takeWhile(release -> release.version().startsWith(version))
                .toList();
        if (!begin.isEmpty()) {
            return Optional.of(new Found(begin.get(0), begin.get(begin.size() - 1), true));
        }
        return Optional.ofNullable(releases.floorEntry(version))
                .map(Map.Entry::getValue)
                .map(release -> new Found(release, release, version.startsWith(release.version())));
    }

    /** Whether a number can be a release of this system, known or newer. */
    boolean canBe(Version version) {
        if (releases.isEmpty() || releases.containsKey(version)) {
            return true;
        }
        int highest = releases.lastKey().major();
        boolean inYears = highest >= FIRST_YEAR && highest <= LAST_YEAR;
        int growth = inYears ? YEARS_GROWTH : Math.max(LEAST_GROWTH, highest / GROWTH);
        return version.major() <= highest + growth;
    }

    /**
     * Reads a number whose dot is missing, as 1604 for 16.04, 423 for 42.3, 76 for 7.6. With the dot it is a release as
     * its makers write it; one of two or three digits can also have a major number that is a release by itself. The
     * oldest of several holds. Four digits are often a year and a month, so that nothing else is tried with them.
     */
    Optional<String> withDot(String digits) {
        List<String> ways = IntStream.range(Math.max(1, digits.length() - MAX_MINOR_DIGITS), digits.length())
                .mapToObj(i -> digits.substring(0, i) + "." + digits.substring(i))
                .toList();
        Stream<String> releases = ways.stream().filter(way -> isRelease(way) || isNextRelease(way));
        Stream<String> updates = ways.stream().filter(way -> digits.length() <= MAX_UPDATE_DIGITS && isUpdate(way));
        return oldest(releases).or(() -> oldest(updates));
    }

    private static Optional<String> oldest(Stream<String> ways) {
        return ways.min(Comparator.comparing(Version::of));
    }

    private boolean isRelease(String way) {
        return Optional.ofNullable(releases.get(Version.of(way)))
                .filter(release -> release.text().equals(way))
                .isPresent();
    }

    /** 26.04 where 24.04 is a release, and 25.10 the newest. */
    private boolean isNextRelease(String way) {
        Version version = Version.of(way);
        String month = way.substring(way.indexOf('.'));
        return month.length() > MAX_MINOR_DIGITS
                && version.compareTo(releases.lastKey()) > 0
                && canBe(version)
                && releases.values().stream().anyMatch(release -> release.text().endsWith(month));
    }

    /** 7.6 where 7 is a release; not 7.06. */
    private boolean isUpdate(String way) {
        return releases.containsKey(new Version(List.of(Version.of(way).major()))) && !way.contains(".0");
    }
}
