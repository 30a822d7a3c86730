package org.novamq.driver.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.libvirt.Error.ErrorNumber;

class NativeFailureTest {
    /** Numbers from libvirt/virterror.h: libvirt-java gives names only, we report the number. */
    @ParameterizedTest
    @CsvSource({
        "1, VIR_ERR_INTERNAL_ERROR",
        "3, VIR_ERR_NO_SUPPORT",
        "9, VIR_ERR_OPERATION_FAILED",
        "38, VIR_ERR_SYSTEM_ERROR",
        "42, VIR_ERR_NO_DOMAIN",
        "55, VIR_ERR_OPERATION_INVALID",
        "67, VIR_ERR_CONFIG_UNSUPPORTED",
        "86, VIR_ERR_AGENT_UNRESPONSIVE",
        "92, VIR_ERR_XML_INVALID_SCHEMA"
    })
    @SuppressWarnings("EnumOrdinal") // the order is the very thing that is checked
    void libvirtJavaCountsAsLibvirtDoes(int number, ErrorNumber name) {
        assertThat(ErrorNumber.values()[number]).isEqualTo(name);
    }

    /** libvirt-domain.h, virDomainState; an unknown one must not fail. */
    @ParameterizedTest
    @CsvSource({
        "0, NOSTATE, 0",
        "1, RUNNING, 1",
        "2, RUNNING, 1",
        "3, PAUSED, 3",
        "4, SHUTDOWN, 4",
        "5, SHUTDOWN, 4",
        "6, CRASHED, 6",
        "7, SUSPENDED, 7",
        "8, NOSTATE, 0"
    })
    void statesAreNovas(int virDomainState, PowerState state, int code) {
        assertThat(DomainHandle.powerState(virDomainState)).isEqualTo(state);
        assertThat(state.code()).isEqualTo(code);
    }
}
