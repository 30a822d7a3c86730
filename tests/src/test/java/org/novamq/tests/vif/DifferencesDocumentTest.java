package org.novamq.tests.vif;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novamq.tests.docs.RstDocument;

/** {@code specs/differences-from-nova.rst} has a section for each rule, and that names the cases which the rule touches. */
class DifferencesDocumentTest {
    static Set<NovaDifference> rules() {
        return NovaDifference.ofNova();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void namesTheCasesThatItTouches(NovaDifference rule) throws IOException {
        String section = RstDocument.read("specs/differences-from-nova.rst").section(rule.name());
        assertThat(section)
                .contains("Nova\n")
                .contains("Here\n")
                .contains("Why\n")
                .contains("Test\n");
        Set<String> ids = NovaCases.all().stream().map(NovaCases.Case::id).collect(Collectors.toSet());
        Set<String> named =
                RstDocument.literals(section).stream().filter(ids::contains).collect(Collectors.toSet());
        assertThat(named).isEqualTo(touched(rule));
    }

    private static Set<String> touched(NovaDifference rule) {
        return NovaCases.all().stream()
                .filter(example -> example.novaXml().isPresent())
                .filter(example -> applies(rule, NovaCasesTest.subject(example)))
                .map(NovaCases.Case::id)
                .collect(Collectors.toSet());
    }

    private static boolean applies(NovaDifference rule, Subject nic) {
        Set<NovaDifference> all = NovaDifference.ofNova();
        List<NovaDifference> refusing = NovaDifference.refusing(nic, all);
        return refusing.contains(rule)
                || (refusing.isEmpty() && NovaDifference.changing(nic, all).contains(rule));
    }
}
