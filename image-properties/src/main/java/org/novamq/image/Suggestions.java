package org.novamq.image;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** "Did you mean …" for a word that is almost one of the known ones. */
public final class Suggestions {
    /** Two letters swapped are two edits; a long property name may be off by three. More would be another word. */
    private static final int MIN_EDITS = 2;

    private static final int MAX_EDITS = 3;
    private static final int LETTERS_PER_EDIT = 4;

    private Suggestions() {}

    /** The known word nearest to {@code word} within a few edits, capitals aside; the first of equals. */
    public static Optional<String> nearest(String word, Collection<String> known) {
        String lower = word.toLowerCase(Locale.ROOT);
        int allowed = Math.min(MAX_EDITS, Math.max(MIN_EDITS, word.length() / LETTERS_PER_EDIT));
        LevenshteinDistance distance = new LevenshteinDistance(allowed);
        return known.stream()
                .filter(candidate -> distance.apply(lower, candidate) >= 0)
                .min(Comparator.comparingInt(candidate -> distance.apply(lower, candidate)));
    }

    /** {@code " (did you mean 'x'?)"}, or nothing. */
    public static String hint(String word, Collection<String> known) {
        return nearest(word, known)
                .map(near -> " (did you mean '" + near + "'?)")
                .orElse("");
    }
}
