package org.novamq.driver.cli;

import java.util.ArrayList;
import java.util.List;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.NicOption;

/** Reads all {@code --nic} options of a command line together. */
final class NicOptions {
    private NicOptions() {}

    /**
     * Every option, in order.
     *
     * @throws UsageException with every problem of all of them
     */
    static List<NicOption> read(List<String> texts) {
        Findings findings = new Findings();
        List<NicOption> options = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String field = texts.size() == 1 ? "--nic" : "--nic (number " + (i + 1) + ")";
            NicOption.read(texts.get(i), field, findings).ifPresent(options::add);
        }
        try {
            findings.throwIfAny();
        } catch (InvalidRequestException e) {
            throw new UsageException(e.problems());
        }
        return options;
    }
}
