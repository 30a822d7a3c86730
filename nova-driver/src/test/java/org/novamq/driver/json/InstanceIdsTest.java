package org.novamq.driver.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;

/** Which names Nova takes; the verdicts are those of its own {@code valid_name_regex} (Zed). */
class InstanceIdsTest {
    /** Nova's API at 2.1 takes none with a blank at an end; its instances may have one, from before or from 2.0. */
    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a,true,true",
                "a b,true,true",
                " a,false,true",
                "a ,false,true",
                "\u00a0a,false,true",
                "a\u3000,false,true",
                "a\u3000b,true,true",
                "\u3000,false,false",
                "' ',false,false",
                "a\tb,false,false",
                "a\u200bb,false,false",
                "a\u2028b,false,false"
            })
    void aNameIsAsNovaWantsIt(String name, boolean given, boolean had) {
        assertThat(InstanceIds.isNewName(name, "name", server())).isEqualTo(given);
        assertThat(InstanceIds.isName(name, "name", server())).isEqualTo(had);
    }

    @ParameterizedTest
    @ValueSource(strings = {" a", "a "})
    void aBlankAtAnEndIsToldFromOtherFaults(String name) {
        JsonFields at = server();

        InstanceIds.isNewName(name, "name", at);

        assertThatThrownBy(at.findings()::throwIfAny)
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(new Problem(
                                        "server.name",
                                        name,
                                        "cannot use the name '" + name + "': it must not begin or end with a blank")));
    }

    private static JsonFields server() {
        return new JsonFields(Json.MAPPER.createObjectNode(), "server", new Findings());
    }
}
