package org.novamq.driver.proof;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.novamq.vif.queue.IoApicLines;

/**
 * The vectors of the plan that is stored with an instance, and whether they are enough without a look into the guest.
 *
 * @param budget the guest's MSI vectors; absent where none was checked
 * @param used vectors that the plan takes of it
 * @param lines IO-APIC lines for which the budget has left vectors
 * @param origin where the budget comes from
 */
record PlannedVectors(Optional<Integer> budget, int used, int lines, String origin) {
    /** Lines that a plan of an earlier version has left vectors for; its answer does not name them. */
    static final int EARLIER_LINES = 8;

    /** Reads the {@code vectors} of a plan's answer. */
    static PlannedVectors of(JsonNode vectors) {
        JsonNode budget = vectors.path("budget");
        return new PlannedVectors(
                budget.isInt() ? Optional.of(budget.intValue()) : Optional.empty(),
                vectors.path("used").asInt(),
                vectors.path("lines").path("count").asInt(EARLIER_LINES),
                vectors.path("origin").asText());
    }

    /**
     * Whether so little is left that the guest may run out of vectors although the plan fits: fewer than the IO-APIC pins
     * that the plan has not counted. Also true where the plan takes more than the budget, and where there is no budget.
     */
    boolean isNearBudget() {
        return budget.map(all -> all - used < uncountedPins()).orElse(true);
    }

    private int uncountedPins() {
        return Math.max(0, IoApicLines.PINS - lines);
    }

    /** {@code "the plan takes 26 of 796 vectors"}. */
    String figures() {
        return budget.map(all -> "the plan takes " + used + " of " + all + " vectors")
                .orElse("the plan takes " + used + " vectors and was not checked against a budget");
    }

    /** Why the plan does not say that the guest has enough vectors; empty where it does. */
    Optional<String> doubt() {
        if (!isNearBudget()) {
            return Optional.empty();
        }
        if (budget.isEmpty()) {
            return Optional.of(figures() + " (" + origin + ")");
        }
        int left = budget.get() - used;
        return Optional.of(
                left < 0
                        ? figures()
                        : figures() + ", and the guest may use " + uncountedPins()
                                + " more IO-APIC lines than were counted, each with a vector");
    }
}
