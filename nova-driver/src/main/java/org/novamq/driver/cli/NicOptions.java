package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.NicOption;
import org.novamq.image.NicWish;

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
            NicOption.read(texts.get(i), field, findings)
                    .filter(option -> hasOneAddress(option, field, findings))
                    .ifPresent(options::add);
        }
        try {
            findings.throwIfAny();
        } catch (InvalidRequestException e) {
            throw new UsageException(e.problems());
        }
        return options;
    }

    /** A NIC's own wish in the words of a request's body. */
    static void put(NicWish wish, ObjectNode nic) {
        if (wish instanceof NicWish.Queues queues) {
            nic.put("queues", queues.count());
        } else {
            nic.put("throughput", wish.toString().toLowerCase(Locale.ROOT));
        }
    }

    /** Nova's body has room for one. */
    private static boolean hasOneAddress(NicOption option, String field, Findings findings) {
        boolean both = option.v4FixedIp().isPresent() && option.v6FixedIp().isPresent();
        if (both) {
            findings.problem(
                    field,
                    option.v6FixedIp().orElseThrow(),
                    "cannot take both v4-fixed-ip and v6-fixed-ip for one NIC: Nova's API has room for one");
        }
        return !both;
    }
}
