package org.novamq.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of systems: consistent, with sources, and in agreement with osinfo-db. */
class SystemTablesTest {
    private static final String SOURCE = ".*(https?://|osinfo-db).*";
    /** The first releases of a numbering that began after higher numbers had been used. */
    private static final Set<String> RENUMBERED = Set.of("opensuse 42.1", "coreos 70", "alinux 2", "amzn 2011");

    private static final List<List<String>> SYSTEMS = DataFile.rows("systems.tsv", 7);
    private static final List<List<String>> KERNELS = DataFile.rows("kernels.tsv", 4);
    private static final List<List<String>> WORDS = DataFile.rows("codenames.tsv", 5);
    private static final List<List<String>> OSINFO = DataFile.rows("osinfo.tsv", 13);

    @Test
    void everyLineHasASource() {
        Stream.of(SYSTEMS, KERNELS, WORDS)
                .flatMap(List::stream)
                .forEach(row ->
                        assertThat(row.get(row.size() - 1)).as(row.toString()).matches(SOURCE));
    }

    @Test
    void namesAreUniqueAndPlain() {
        Set<String> names = new HashSet<>();
        for (List<String> row : SYSTEMS) {
            for (String name : row.get(5).split(" ", -1)) {
                assertThat(name).as(row.get(0)).matches("[a-z0-9]+");
                assertThat(names.add(name)).as(name).isTrue();
            }
        }
    }

    @Test
    void everyKeyIsReadAsItsSystem() {
        for (GuestSystem system : Systems.all().values()) {
            assertThat(SystemName.read(system.key()).map(SystemName::system)).contains(system);
        }
    }

    @Test
    void everyLinuxHasKernels() {
        for (GuestSystem system : Systems.all().values()) {
            boolean needs = system.kind() == GuestSystem.Kind.LINUX;
            assertThat(system.kernels().isEmpty() && needs).as(system.key()).isFalse();
            assertThat(system.kernels().isEmpty() || system.kind().isLinux())
                    .as(system.key())
                    .isTrue();
        }
    }

    @Test
    void kernelsAndWordsBelongToSystems() {
        Set<String> keys = new HashSet<>();
        SYSTEMS.forEach(row -> keys.addAll(List.of(row.get(0), row.get(3).replaceAll(":.*", ""))));
        KERNELS.forEach(row -> assertThat(keys).contains(row.get(0)));
        WORDS.forEach(row -> assertThat(keys).contains(row.get(0)));
    }

    /** Kernels do not go backwards. */
    @Test
    void kernelsRiseWithVersions() {
        for (int i = 1; i < KERNELS.size(); i++) {
            List<String> before = KERNELS.get(i - 1);
            List<String> row = KERNELS.get(i);
            boolean renumbered = RENUMBERED.contains(row.get(0) + " " + row.get(1));
            if (row.get(0).equals(before.get(0)) && !renumbered) {
                assertThat(Version.of(row.get(2))).as(row.toString()).isGreaterThanOrEqualTo(Version.of(before.get(2)));
            }
        }
    }

    @Test
    void wordsAreReadAsTheirVersions() {
        for (List<String> row : WORDS) {
            GuestSystem system = SystemName.read(row.get(0)).orElseThrow().system();
            VersionText read = VersionText.read(system, row.get(1));
            assertThat(read.isRead()).as(row.toString()).isTrue();
            if (!row.get(2).equals(GuestSystem.ROLLING)) {
                assertThat(read.text()).as(row.toString()).isEqualTo(row.get(2));
            }
            if (row.get(3).equals("alone")) {
                assertThat(SystemName.read(row.get(1)).map(SystemName::system)).contains(system);
            }
        }
    }

    /** Ids, short ids and URLs of osinfo-db are names, and no Linux from before 4.15 counts as a later one. */
    @Test
    void everySystemOfOsinfoIsKnown() {
        List<String> wrong = new ArrayList<>();
        for (List<String> row : OSINFO) {
            Optional<LocalDate> released =
                    Optional.of(row.get(7)).filter(date -> !date.isEmpty()).map(LocalDate::parse);
            for (String name : spellings(row)) {
                GuestProfile profile = new GuestOs(Optional.empty(), Optional.of(name), Optional.empty()).profile();
                boolean unnamed = profile.warning()
                        .filter(text -> text.contains("is not the name"))
                        .isPresent();
                boolean tooNew = profile.family() == GuestFamily.LINUX
                        && released.filter(date -> date.isBefore(BuildDate.LINUX_4_15))
                                .isPresent();
                if (unnamed || tooNew || !agrees(row.get(4), profile)) {
                    wrong.add(name + ": " + profile);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(OSINFO).hasSizeGreaterThan(700);
    }

    private static List<String> spellings(List<String> row) {
        List<String> names =
                new ArrayList<>(List.of(row.get(0), "http://" + row.get(0), "https://" + row.get(0) + "/"));
        names.addAll(List.of(row.get(1).split(",", -1)));
        return names;
    }

    /** The family of osinfo-db against ours; what we do not know may be of any. */
    private static boolean agrees(String family, GuestProfile profile) {
        return switch (profile.family()) {
            case LINUX, LINUX_BEFORE_4_15, LINUX_2_6_32 -> family.equals("linux") || family.isEmpty();
            case WINDOWS -> family.startsWith("win");
            case FREEBSD, FREEBSD_ALTQ -> family.equals("freebsd");
            case OPENBSD -> family.equals("openbsd");
            case UNKNOWN -> true;
        };
    }

    /** The share that is understood; the others are systems whose limits are not known, and versions that are missing. */
    @Test
    void mostSystemsOfOsinfoHaveAFamily() {
        List<String> unknown = OSINFO.stream()
                .filter(row -> row.get(4).equals("linux")
                        || row.get(4).startsWith("win")
                        || row.get(4).equals("freebsd"))
                .filter(row -> !new GuestOs(Optional.empty(), Optional.of(row.get(0)), Optional.empty())
                        .profile()
                        .isKnown())
                .map(row -> row.get(0))
                .toList();
        assertThat(unknown).allMatch(id -> id.matches(".*unknown|.*(freedos|gnome|android|guix/hurd).*"));
    }
}
