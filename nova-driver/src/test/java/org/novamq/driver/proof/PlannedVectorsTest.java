package org.novamq.driver.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.driver.json.Json;

/** How much must be left of a budget for a plan to be believed without a look into the guest. */
class PlannedVectorsTest {
    @ParameterizedTest
    @CsvSource({
        // budget, used, lines that were counted, near
        "193, 193, 8, true",
        "193, 178, 8, true",
        "193, 177, 8, false",
        "193, 170, 0, true",
        "193, 169, 0, false",
        "190, 183, 16, true",
        "190, 182, 16, false",
        "190, 190, 24, false",
        "190, 190, 30, false",
        "190, 191, 24, true",
        "796, 28, 8, false",
        "100, 300, 8, true",
        "0, 0, 8, true",
        ", 28, 8, true"
    })
    void isNearWhereTheIoApicMayTakeMoreThanIsLeft(@Nullable Integer budget, int used, int lines, boolean near) {
        PlannedVectors vectors = new PlannedVectors(Optional.ofNullable(budget), used, lines, "origin");
        assertThat(vectors.isNearBudget()).isEqualTo(near);
        assertThat(vectors.doubt().isPresent()).isEqualTo(near);
    }

    @Test
    void readsAnAnswer() {
        assertThat(read("{\"budget\": 796, \"used\": 28, \"origin\": \"o\", \"lines\": {\"count\": 11}}"))
                .isEqualTo(new PlannedVectors(Optional.of(796), 28, 11, "o"));
        assertThat(read("{\"budget\": 796, \"used\": 28, \"origin\": \"o\"}"))
                .as("of an earlier version")
                .isEqualTo(new PlannedVectors(Optional.of(796), 28, PlannedVectors.EARLIER_LINES, "o"));
        assertThat(read("{\"budget\": null, \"used\": 28, \"origin\": \"o is off\"}"))
                .isEqualTo(new PlannedVectors(Optional.empty(), 28, PlannedVectors.EARLIER_LINES, "o is off"));
        assertThat(read("{}").isNearBudget()).as("an answer without figures").isTrue();
    }

    @Test
    void namesItsFigures() {
        assertThat(new PlannedVectors(Optional.of(193), 190, 8, "o").doubt())
                .contains(
                        "the plan takes 190 of 193 vectors, and the guest may use 16 more IO-APIC lines than were counted,"
                                + " each with a vector");
        assertThat(new PlannedVectors(Optional.of(193), 200, 8, "o").doubt())
                .contains("the plan takes 200 of 193 vectors");
        assertThat(new PlannedVectors(Optional.empty(), 28, 8, "msi_vector_budget of the deployer is off").doubt())
                .contains("the plan takes 28 vectors and was not checked against a budget (msi_vector_budget of the"
                        + " deployer is off)");
        assertThat(new PlannedVectors(Optional.of(796), 28, 8, "o").figures())
                .isEqualTo("the plan takes 28 of 796 vectors");
    }

    private static PlannedVectors read(String json) {
        return PlannedVectors.of(Json.parseObject(json));
    }
}
