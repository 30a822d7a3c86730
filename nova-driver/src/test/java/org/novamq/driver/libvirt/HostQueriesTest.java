package org.novamq.driver.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Machine types in libvirt's capabilities. */
class HostQueriesTest {
    /** From libvirt 9.0 with QEMU 7.2, shortened. */
    private static final String CAPABILITIES = """
            <capabilities>
              <host><cpu><arch>x86_64</arch></cpu></host>
              <guest><os_type>hvm</os_type>
                <arch name='i686'><machine maxCpus='255'>pc-i440fx-1.0</machine></arch></guest>
              <guest><os_type>hvm</os_type>
                <arch name='x86_64'>
                  <wordsize>64</wordsize>
                  <machine maxCpus='255'>pc-i440fx-7.2</machine>
                  <machine canonical='pc-i440fx-7.2' maxCpus='255'>pc</machine>
                  <machine canonical='pc-q35-7.2' maxCpus='288'>q35</machine>
                  <machine>none</machine>
                </arch></guest>
            </capabilities>""";

    @Test
    void machinesOfX8664() {
        assertThat(HostQueries.machines(CAPABILITIES))
                .containsExactly(new Machine("pc-i440fx-7.2", 255), new Machine("pc", 255), new Machine("q35", 288));
    }

    @Test
    void noMachinesInAnythingElse() {
        assertThat(HostQueries.machines("")).isEmpty();
        assertThat(HostQueries.machines("<capabilities/>")).isEmpty();
        assertThat(HostQueries.machines(CAPABILITIES.substring(0, 400))).isEmpty();
    }
}
