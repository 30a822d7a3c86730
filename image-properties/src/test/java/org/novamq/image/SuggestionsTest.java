package org.novamq.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** "Did you mean": for what is almost a known name, and for nothing else. */
class SuggestionsTest {
    @ParameterizedTest
    @CsvSource({
        "hw_vif_multiqueue_enable, hw_vif_multiqueue_enabled",
        "hw_vif_multiqueue_enabld, hw_vif_multiqueue_enabled",
        "HW_VIF_MODEL, hw_vif_model",
        "hw_vif_modle, hw_vif_model",
        "os_distor, os_distro",
        "hw-vif-model, hw_vif_model",
    })
    void almostAnImageProperty(String written, String meant) {
        Findings findings = new Findings();
        ImageProperties.read(Map.of(written, "true"), "image.properties", findings);
        assertThat(findings.warnings())
                .containsExactly("image.properties." + written
                        + " is not a known name and has no effect (did you mean '" + meant + "'?)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"hw:vif_multiqueue_enable", "hw:vif_multiqueue_enbaled", "mq:polcy", "quota:vif_inbound_avrage"})
    void almostAnExtraSpec(String written) {
        Findings findings = new Findings();
        ExtraSpecs.read(Map.of(written, "true"), "flavor.extra_specs", findings);
        assertThat(findings.warnings()).hasSize(1);
        assertThat(findings.warnings().get(0)).contains("did you mean");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hw_vif_model",
                "hw_tpm_model",
                "my_own_property",
                "os_admin_user",
                "description",
                "hw_numa_cpus.0"
            })
    void knownAndForeignNamesGetNoWarning(String name) {
        Findings findings = new Findings();
        ImageProperties.read(Map.of(name, "virtio"), "image.properties", findings);
        assertThat(findings.warnings()).isEmpty();
    }

    @Test
    void theNearestIsSuggested() {
        assertThat(Suggestions.hint("queue", List.of("queues", "tag"))).isEqualTo(" (did you mean 'queues'?)");
        assertThat(Suggestions.hint("colour", List.of("queues", "tag"))).isEmpty();
        assertThat(Suggestions.nearest("", List.of("queues"))).isEmpty();
    }
}
