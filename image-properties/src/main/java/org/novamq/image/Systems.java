package org.novamq.image;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All systems that are known, by name: our own tables {@code systems.tsv}, {@code kernels.tsv} and {@code codenames.tsv},
 * and {@code osinfo.tsv}, which is generated from osinfo-db. Immutable, and read once, when the first image names a
 * system.
 */
final class Systems {
    private static final int SYSTEM_COLUMNS = 7;
    private static final int KERNEL_COLUMNS = 4;
    private static final int WORD_COLUMNS = 5;
    private static final int OSINFO_COLUMNS = 13;

    /** Shorter names would be near to too many words. */
    static final int SHORTEST_SUGGESTION = 5;

    /**
     * A system of osinfo-db.
     *
     * @param version in small letters: {@code 12}, {@code rawhide}; where osinfo-db has none, the last part of the id
     */
    record Osinfo(GuestSystem system, String version) {}

    private static final Systems ALL = new Systems();

    private final Map<String, GuestSystem> byKey = new LinkedHashMap<>();
    private final Map<String, GuestSystem> byName = new HashMap<>();
    private final Map<String, GuestSystem> byWord = new HashMap<>();
    private final Map<String, GuestSystem> byOsinfoPath = new HashMap<>();
    private final Map<String, Osinfo> byOsinfoId = new HashMap<>();
    private final int longestName;
    private final Set<String> suggestions = new TreeSet<>();

    private Systems() {
        Map<String, List<Kernels.Release>> releases = releases();
        Map<String, Map<String, String>> words = new HashMap<>();
        List<List<String>> wordRows = DataFile.rows("codenames.tsv", WORD_COLUMNS);
        wordRows.forEach(
                row -> words.computeIfAbsent(row.get(0), key -> new HashMap<>()).put(row.get(1), row.get(2)));
        DataFile.rows("systems.tsv", SYSTEM_COLUMNS).forEach(row -> add(row, releases, words));
        wordRows.stream()
                .filter(row -> row.get(3).equals("alone"))
                .forEach(row -> byWord.putIfAbsent(row.get(1), byKey(row.get(0))));
        DataFile.rows("osinfo.tsv", OSINFO_COLUMNS).forEach(this::addOsinfo);
        longestName = byName.keySet().stream().mapToInt(String::length).max().orElse(0);
        Stream.of(byKey.keySet(), byName.keySet(), byWord.keySet())
                .flatMap(Collection::stream)
                .filter(name -> name.length() >= SHORTEST_SUGGESTION)
                .forEach(suggestions::add);
    }

    static Systems all() {
        return ALL;
    }

    private static Map<String, List<Kernels.Release>> releases() {
        Map<String, List<Kernels.Release>> releases = new HashMap<>();
        for (List<String> row : DataFile.rows("kernels.tsv", KERNEL_COLUMNS)) {
            releases.computeIfAbsent(row.get(0), key -> new ArrayList<>())
                    .add(new Kernels.Release(Version.of(row.get(1)), row.get(1), Version.of(row.get(2))));
        }
        return releases;
    }

    private void add(
            List<String> row, Map<String, List<Kernels.Release>> releases, Map<String, Map<String, String>> words) {
        String key = row.get(0);
        String[] like = row.get(3).split(":", -1);
        String base = like[0].isEmpty() ? key : like[0];
        Optional<Version> from = like.length > 1 ? Optional.of(Version.of(like[1])) : Optional.empty();
        List<Kernels.Release> own = releases.getOrDefault(base, List.of()).stream()
                .filter(release -> from.isEmpty() || release.version().compareTo(from.get()) >= 0)
                .toList();
        Map<String, String> merged = new HashMap<>(words.getOrDefault(base, Map.of()));
        merged.putAll(words.getOrDefault(key, Map.of()));
        GuestSystem system =
                new GuestSystem(key, row.get(1), GuestSystem.Kind.of(row.get(2)), base, new Kernels(own), merged);
        byKey.put(key, system);
        split(row.get(4)).forEach(path -> byOsinfoPath.put(path, system));
        split(row.get(5)).forEach(name -> byName.put(name, system));
    }

    private void addOsinfo(List<String> row) {
        String id = row.get(0);
        osinfoPath(id).ifPresent(system -> {
            String last = id.substring(id.lastIndexOf('/') + 1);
            String version = row.get(3).isEmpty() ? last : row.get(3);
            Osinfo osinfo = new Osinfo(system, version.toLowerCase(Locale.ROOT));
            byOsinfoId.put(id.toLowerCase(Locale.ROOT), osinfo);
            for (String shortId : row.get(1).split(",", -1)) {
                byOsinfoId.put(shortId.toLowerCase(Locale.ROOT), osinfo);
            }
        });
    }

    private static Stream<String> split(String column) {
        return Stream.of(column.split(" ", -1)).filter(word -> !word.isEmpty());
    }

    private GuestSystem byKey(String key) {
        return Optional.ofNullable(byKey.get(key))
                .orElseThrow(() -> new IllegalStateException("cannot find the system " + key + " in systems.tsv"));
    }

    Collection<GuestSystem> values() {
        return List.copyOf(byKey.values());
    }

    /** By a spelling, letters and digits only: {@code fedoracoreos}. */
    Optional<GuestSystem> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** By a code name that belongs to one system: {@code bookworm}. */
    Optional<GuestSystem> withWord(String word) {
        return Optional.ofNullable(byWord.get(word));
    }

    /** By an id of osinfo-db, without {@code http://}, or by a short id: {@code debian.org/debian/12}. */
    Optional<Osinfo> osinfo(String id) {
        return Optional.ofNullable(byOsinfoId.get(id));
    }

    /** By an id of osinfo-db that is newer than our copy: the system whose ids begin alike. */
    Optional<GuestSystem> osinfoPath(String id) {
        return Optional.ofNullable(byOsinfoPath.get(id))
                .or(() -> Optional.of(id.lastIndexOf('/'))
                        .filter(slash -> slash > 0)
                        .map(slash -> byOsinfoPath.get(id.substring(0, slash))));
    }

    int longestName() {
        return longestName;
    }

    /** Names to suggest for a word that is none. */
    Set<String> suggestions() {
        return suggestions;
    }
}
