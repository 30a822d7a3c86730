package org.novamq.tests.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novamq.image.ExtraSpecs;
import org.novamq.image.Findings;
import org.novamq.image.GuestOs;
import org.novamq.image.ImageProperties;
import org.novamq.image.NicOption;
import org.novamq.image.NicWish;
import org.novamq.image.OsloBoolean;
import org.novamq.image.Texts;
import org.novamq.image.VectorBudget;
import org.novamq.image.VifModel;
import org.novamq.vif.request.MachineType;

/** Any text as one of the small words of a request: whatever is wrong with it is a problem, never an exception. */
class WordsFuzzTest {
    private static final int MAX_QUEUES = 256;

    @FuzzTest(maxDuration = "60s")
    void read(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        readNic(text);
        readWish(text);
        OsloBoolean bool = OsloBoolean.read(text);
        PlanOracle.require(bool.recognised() || !bool.value(), "an unknown word is true");
        VectorBudget.of(text)
                .filter(VectorBudget.Fixed.class::isInstance)
                .ifPresent(budget -> PlanOracle.require(Integer.parseInt(budget.text()) > 0, "no vectors"));
        MachineType machine = new MachineType(text);
        PlanOracle.require(!machine.hasAhci() || machine.hasRootPorts(), "q35 is PCIe");
        VifModel.of(text);
        PlanOracle.require(Texts.isPlain(Texts.quote("")), "quotes");
        readGuest(text);
        readProperties(text);
    }

    private static void readNic(String text) {
        Findings findings = new Findings();
        Optional<NicOption> option = NicOption.read(text, "nic", findings);
        PlanOracle.require(option.isPresent() != findings.hasProblems(), "neither read nor refused");
        option.ifPresent(nic ->
                PlanOracle.require(nic.network().isPresent() != nic.port().isPresent(), "one target is needed"));
        option.flatMap(NicOption::wish).ifPresent(WordsFuzzTest::check);
    }

    private static void readWish(String text) {
        for (String prefix : List.of("", "queues=", "throughput=")) {
            Findings findings = new Findings();
            Optional<NicWish> wish = NicWish.readTag(prefix + text, "tag", findings);
            PlanOracle.require(
                    prefix.isEmpty() || wish.isPresent() != findings.hasProblems(), "neither read nor refused");
            wish.ifPresent(WordsFuzzTest::check);
        }
    }

    private static void check(NicWish wish) {
        int queues = wish.forVcpus(MAX_QUEUES);
        PlanOracle.require(queues >= 1 && queues <= MAX_QUEUES, "a wish for " + queues);
    }

    /** Type, distribution and version, one a line. */
    private static void readGuest(String text) {
        List<Optional<String>> lines = text.lines().limit(3).map(Optional::of).toList();
        GuestOs guest = new GuestOs(line(lines, 0), line(lines, 1), line(lines, 2));
        PlanOracle.require(!guest.profile().system().isEmpty(), "nothing is said of the guest");
        new GuestOs(Optional.empty(), Optional.of(text), Optional.empty()).profile();
        new GuestOs(Optional.empty(), Optional.of("debian"), Optional.of(text)).profile();
    }

    private static Optional<String> line(List<Optional<String>> lines, int index) {
        return index < lines.size() ? lines.get(index) : Optional.empty();
    }

    /** {@code name=value}, one a line. */
    private static void readProperties(String text) {
        Map<String, String> properties = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            properties.put(equals < 0 ? line : line.substring(0, equals), equals < 0 ? "" : line.substring(equals + 1));
        });
        ImageProperties image = ImageProperties.read(properties, "image", new Findings());
        image.commandLine()
                .ifPresent(line -> PlanOracle.require(Texts.isPlain(line), "a command line of more than a line"));
        ExtraSpecs.read(properties, "flavor", new Findings());
    }
}
