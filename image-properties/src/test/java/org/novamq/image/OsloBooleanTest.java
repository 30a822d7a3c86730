package org.novamq.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** oslo_utils.strutils.bool_from_string, and our warning where it guesses. */
class OsloBooleanTest {
    @ParameterizedTest
    @ValueSource(strings = {"1", "t", "true", "on", "y", "yes", "TRUE", "True", " ON ", "\tYes\n", "T", "Y"})
    void isTrue(String text) {
        assertThat(OsloBoolean.read(text)).isEqualTo(new OsloBoolean(true, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "f", "false", "off", "n", "no", "FALSE", " No ", "F"})
    void isFalse(String text) {
        assertThat(OsloBoolean.read(text)).isEqualTo(new OsloBoolean(false, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "maybe", "2", "-1", "tru", "enabled", "yes please", "null", "1.0"})
    void countsAsFalseAndIsNotRecognised(String text) {
        assertThat(OsloBoolean.read(text)).isEqualTo(new OsloBoolean(false, false));
    }

    @Test
    void jsonsOwn() {
        assertThat(OsloBoolean.read(true)).isEqualTo(new OsloBoolean(true, true));
        assertThat(OsloBoolean.read(false)).isEqualTo(new OsloBoolean(false, true));
        assertThat(OsloBoolean.read(1)).isEqualTo(new OsloBoolean(true, true));
        assertThat(OsloBoolean.read(2)).isEqualTo(new OsloBoolean(false, false));
    }

    @Test
    void theUserSeesWhatWasNotRecognised() {
        Findings findings = new Findings();
        var image = ImageProperties.read(Map.of("hw_vif_multiqueue_enabled", "maybe"), "image.properties", findings);
        assertThat(image.multiqueue()).contains(false);
        assertThat(findings.hasProblems()).isFalse();
        assertThat(findings.warnings())
                .containsExactly("image.properties.hw_vif_multiqueue_enabled: 'maybe' is no boolean that oslo knows and"
                        + " counts as false (true: 1, t, true, on, y, yes)");
    }
}
