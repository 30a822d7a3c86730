package org.novamq.tests.vif;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.novamq.driver.json.Json;
import org.novamq.tests.peer.NovaPeer;

/**
 * Debian's Nova as an oracle over generated requests: the same elements, or the rules of {@link NovaDifference} account
 * for the whole of the difference. There are no exceptions by request.
 */
class NovaOracleTest {
    private static final int REQUESTS = 2_000;
    private static final int SEED = 20_261_121;
    private static final int SHOWN = 10;

    /** Rules that none of the executed cases touches: generated requests must. */
    static final Set<NovaDifference> ONLY_THERE = EnumSet.of(
            NovaDifference.VHOSTUSER_NEVER_ABOVE_128,
            NovaDifference.OLD_KERNELS_CAP_TAPS_ONLY,
            NovaDifference.DRIVER_ONLY_ON_VIRTIO,
            NovaDifference.EMPTY_DEVNAME_IS_NONE,
            NovaDifference.MTU_ZERO_IS_NONE);

    private final Map<NovaDifference, Integer> touched = new EnumMap<>(NovaDifference.class);
    private final List<String> failures = new ArrayList<>();
    private int planned;

    @Test
    void saysWhatNovaSaysButForTheClosedList() throws JsonProcessingException {
        List<String> requests = NovaPeer.requests(REQUESTS, SEED);
        List<String> answers = NovaPeer.vifs(requests);
        assertThat(answers).hasSize(REQUESTS);
        for (int i = 0; i < REQUESTS; i++) {
            compare(Json.parseObject(requests.get(i)), Json.MAPPER.readTree(answers.get(i)));
        }
        assertThat(failures.stream().limit(SHOWN))
                .as(failures.size() + " differ; rules touched: " + touched)
                .isEmpty();
        assertThat(touched.keySet()).containsAll(ONLY_THERE);
        assertThat(planned).as("requests that both plan").isGreaterThan(REQUESTS / 2);
    }

    private void compare(ObjectNode request, JsonNode nova) {
        Answers.Answer ours = Answers.of(request);
        List<Subject> nics = new ArrayList<>();
        request.get("nics").forEach(nic -> nics.add(new Subject(request, nic.get("vif"))));
        boolean novaRefuses = nova.get("nics").findValue("error") != null;
        Set<NovaDifference> refusing = EnumSet.noneOf(NovaDifference.class);
        nics.forEach(nic -> refusing.addAll(NovaDifference.refusing(nic, EnumSet.allOf(NovaDifference.class))));

        if (ours.isRefused() != (novaRefuses || !refusing.isEmpty())) {
            failures.add(request + "\n  ours " + ours.problems() + "\n  Nova's " + nova);
        } else if (ours.isRefused()) {
            if (!novaRefuses) {
                refusing.forEach(rule -> touched.merge(rule, 1, Integer::sum));
            }
        } else {
            planned++;
            for (int i = 0; i < nics.size(); i++) {
                String novaXml = nova.get("nics").get(i).get("interface_xml").textValue();
                compareNic(nics.get(i), novaXml, ours.interfaces().get(i));
            }
        }
    }

    private void compareNic(Subject nic, String novaXml, String ourXml) {
        List<NovaDifference> rules = NovaDifference.changing(nic, EnumSet.allOf(NovaDifference.class));
        Optional<String> difference;
        try {
            difference = Canonical.difference(NovaDifference.apply(rules, nic, novaXml), ourXml);
        } catch (AssertionError claimsTooMuch) {
            difference = Optional.of(String.valueOf(claimsTooMuch.getMessage()));
        }
        difference.ifPresent(text -> failures.add(
                text + "\n  " + rules + " " + nic.request() + "\n  ours " + ourXml + "\n  Nova's " + novaXml));
        rules.forEach(rule -> touched.merge(rule, 1, Integer::sum));
    }
}
