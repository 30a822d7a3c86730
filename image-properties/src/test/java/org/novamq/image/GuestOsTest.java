package org.novamq.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** Which guest the properties name. */
class GuestOsTest {
    private static final int RANDOM_TEXTS = 20_000;
    private static final int MAX_LENGTH = 40;

    /** Columns: os_type, os_distro, os_version, family, and a part of the warning; a dot stands for nothing. */
    @ParameterizedTest(name = "{0} | {1} | {2}: {3}")
    @CsvFileSource(resources = "guests.csv", delimiter = '|', nullValues = ".")
    void spellings(
            @Nullable String type,
            @Nullable String distro,
            @Nullable String version,
            GuestFamily family,
            @Nullable String warning) {
        GuestProfile profile = guest(type, distro, version).profile();
        assertThat(profile.family()).as(profile.toString()).isEqualTo(family);
        if (warning == null) {
            assertThat(profile.warning()).isEmpty();
        } else {
            assertThat(profile.warning())
                    .hasValueSatisfying(
                            text -> assertThat(text).contains(warning).containsPattern("os_distro|os_version"));
        }
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            debian  | 12       | os_distro 'debian', os_version '12': Debian 12, Linux 6.1
            ubuntu  | 1604     | os_distro 'ubuntu', os_version '1604': Ubuntu 16.04, Linux 4.4
            ubuntu  | jammy    | os_distro 'ubuntu', os_version 'jammy': Ubuntu 22.04, Linux 5.15
            fedora  | 60       | os_distro 'fedora', os_version '60': Fedora 60, Linux 6.17 or later
            rhel    | 8.6      | os_distro 'rhel', os_version '8.6': Red Hat Enterprise Linux 8.6, Linux 4.18
            debian  | 0.9      | os_distro 'debian', os_version '0.9': Debian 0.9, before the first one that is known
            arch    | 20170101 | os_distro 'arch', os_version '20170101': Arch Linux, built before Linux 4.15
            freebsd | 14.3     | os_distro 'freebsd', os_version '14.3': FreeBSD 14.3
            win2k22 |          | os_distro 'win2k22': Windows
            nosuch  | 1        | os_distro 'nosuch', os_version '1'
            """)
    void systemInWords(String distro, @Nullable String version, String words) {
        assertThat(guest(null, distro, version).profile().system()).isEqualTo(words);
    }

    @Test
    void nothingIsNamed() {
        assertThat(guest(null, null, null).profile())
                .isEqualTo(new GuestProfile(GuestFamily.UNKNOWN, "os_distro not given", Optional.empty()));
        assertThat(guest(" ", "", "\t").profile()).isEqualTo(GuestProfile.NOT_STATED);
    }

    @Test
    void warningsSayWhatToWrite() {
        assertThat(guest(null, "debain", "12").profile().warning())
                .contains("os_distro 'debain' is not the name of a known system (did you mean 'debian'?): the guest is"
                        + " planned with the limits of an unknown system; write a name such as debian, or an id of"
                        + " osinfo-db such as debian12");
        assertThat(guest(null, "debian", "bookwurm").profile().warning())
                .contains("os_version 'bookwurm' cannot be read as a version of Debian (did you mean 'bookworm'?): the"
                        + " guest is planned with the limits of an unknown system; write os_version, such as 13");
        assertThat(guest(null, "opensuse", "15").profile().warning())
                .contains(
                        "os_version '15' can be openSUSE 15.0 with Linux 4.12 or 15.6 with Linux 6.4: the older holds;"
                                + " write os_version in full, such as 15.6");
        assertThat(guest(null, "debian12", "9").profile().warning())
                .contains("os_version '9' is not the version of Debian in os_distro 'debian12': the older of the two"
                        + " holds; correct one of them");
    }

    /** Control characters and long texts stay out of the words. */
    @Test
    void wordsAreQuoted() {
        GuestProfile profile = guest(null, "debian\n12", "x".repeat(1000)).profile();
        assertThat(Texts.isPlain(profile.system())).isTrue();
        assertThat(profile.system()).contains("debian\\u000a12").hasSizeLessThan(300);
        assertThat(profile.warning())
                .hasValueSatisfying(text -> assertThat(Texts.isPlain(text)).isTrue());
    }

    /** Every text is understood, or it is said that it is not. */
    @Test
    void anyTextHasAnAnswer() {
        Random random = new Random(1);
        String[] pieces = {
            "debian", "ubuntu", "win", "rhel", "sp", "2018", "04", "12", ".", "-", " ", "é", "\uD800", "/"
        };
        for (int i = 0; i < RANDOM_TEXTS; i++) {
            String distro = text(random, pieces);
            String version = text(random, pieces);
            GuestProfile profile = guest(random.nextBoolean() ? "linux" : null, distro, version)
                    .profile();
            assertThat(profile.warning().isPresent() || profile.isKnown() || profile.equals(GuestProfile.NOT_STATED))
                    .as("%s | %s: %s", distro, version, profile)
                    .isTrue();
        }
    }

    private static String text(Random random, String[] pieces) {
        return random.ints(random.nextInt(MAX_LENGTH / 4), 0, pieces.length)
                .mapToObj(i -> pieces[i])
                .collect(Collectors.joining());
    }

    private static GuestOs guest(@Nullable String type, @Nullable String distro, @Nullable String version) {
        return new GuestOs(Optional.ofNullable(type), Optional.ofNullable(distro), Optional.ofNullable(version));
    }
}
