package org.novamq.image;

import java.util.List;
import java.util.Optional;

/** Decides the family of a Linux by its version, which the name may hold and {@code os_version} may say. */
final class LinuxDecision {
    private final GuestSystem system;
    private final Kernels kernels;
    private final GuestWords words;

    LinuxDecision(GuestSystem system, GuestWords words) {
        this.system = system;
        this.kernels = system.kernels();
        this.words = words;
    }

    /** Decides from both versions: the longer one where they agree, the older one where they do not. */
    GuestProfile profile(VersionText ofName, VersionText stated) {
        if (!ofName.isRead() && !stated.isRead()) {
            return of(stated.state() == VersionText.State.ABSENT ? ofName : stated);
        }
        if (!ofName.isRead()) {
            return warned(of(stated), ofName, words.nameInPart(system));
        }
        if (!stated.isRead()) {
            return warned(of(ofName), stated, words.versionIgnored());
        }
        if (agree(ofName, stated)) {
            return of(isLonger(stated, ofName) ? stated : ofName);
        }
        return words.profile(of(isOlder(ofName, stated) ? ofName : stated), words.versionsDiffer(system));
    }

    private GuestProfile warned(GuestProfile profile, VersionText unused, String warning) {
        return unused.state() == VersionText.State.UNREADABLE ? words.profile(profile, warning) : profile;
    }

    private static boolean agree(VersionText a, VersionText b) {
        return a.state() == b.state()
                && (a.version().isEmpty()
                        || a.version().get().agreesWith(b.version().orElseThrow()));
    }

    private static boolean isLonger(VersionText a, VersionText b) {
        return a.version().isPresent()
                && b.version().isPresent()
                && a.version().get().parts().size() > b.version().get().parts().size();
    }

    private boolean isOlder(VersionText a, VersionText b) {
        if (a.version().isEmpty() || b.version().isEmpty()) {
            return a.version().isPresent();
        }
        return kernelOf(a.version().get()).compareTo(kernelOf(b.version().get())) < 0;
    }

    private Version kernelOf(Version version) {
        return kernels.find(version).map(found -> found.oldest().kernel()).orElse(new Version(List.of(0)));
    }

    private GuestProfile of(VersionText version) {
        boolean rolling = system.kind() == GuestSystem.Kind.ROLLING_LINUX;
        return switch (version.state()) {
            case NUMBER ->
                rolling && kernels.isEmpty()
                        ? current("")
                        : ofVersion(version.version().orElseThrow(), version.text());
            case ROLLING -> current("");
            case OLD_DATE -> rolling ? oldBuild() : anyRelease(words.unreadableVersion(system, true));
            case DATE -> rolling ? current("") : anyRelease(words.unreadableVersion(system, true));
            case ABSENT -> rolling ? current("") : anyRelease(words.noVersion(system));
            case UNREADABLE ->
                rolling && kernels.isEmpty() ? current("") : anyRelease(words.unreadableVersion(system, false));
        };
    }

    private GuestProfile current(String version) {
        return words.profile(GuestFamily.LINUX, system.title() + version + ", a current Linux");
    }

    private GuestProfile oldBuild() {
        return words.profile(
                GuestFamily.LINUX_BEFORE_4_15, system.title() + ", built before Linux " + Kernels.PER_VCPU);
    }

    private GuestProfile ofVersion(Version version, String text) {
        Optional<Kernels.Found> found = kernels.find(version);
        if (found.isEmpty()) {
            return words.profile(
                    GuestFamily.LINUX_2_6_32, system.title() + " " + text + ", before the first one that is known");
        }
        Kernels.Found kernel = found.get();
        boolean one = kernel.exact()
                && kernel.oldest().kernel().equals(kernel.newest().kernel());
        String meaning =
                system.title() + " " + text + ", Linux " + kernel.oldest().kernel() + (one ? "" : " or later");
        GuestFamily family = kernel.oldest().family();
        return kernel.isClear()
                ? words.profile(family, meaning)
                : words.profile(family, meaning, words.severalKernels(system, kernel));
    }

    /** Without a version that can be read: what all releases have in common, else nothing is known. */
    private GuestProfile anyRelease(String warning) {
        return kernels.any()
                .filter(any -> any.isClear() || any.newest().family() != GuestFamily.LINUX)
                .map(any -> words.profile(
                        any.oldest().family(),
                        system.title() + ", Linux " + any.oldest().kernel() + " or later"))
                .orElseGet(() -> words.unknown(warning));
    }
}
