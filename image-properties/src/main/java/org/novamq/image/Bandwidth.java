package org.novamq.image;

import java.util.Optional;

/**
 * The flavor's {@code quota:vif_*}: every NIC of the instance gets the same.
 *
 * @param inbound towards the guest; absent without an average
 * @param outbound from the guest; absent without an average
 */
public record Bandwidth(Optional<Rate> inbound, Optional<Rate> outbound) {
    /**
     * One direction, as libvirt's {@code <bandwidth>} has it.
     *
     * @param average kB/s
     * @param peak kB/s
     * @param burst kB
     */
    public record Rate(long average, Optional<Long> peak, Optional<Long> burst) {}

    public boolean isEmpty() {
        return inbound.isEmpty() && outbound.isEmpty();
    }

    /** A direction without an average is no limit: its peak and burst are dropped, as Nova does. */
    static Bandwidth read(Properties specs) {
        return new Bandwidth(rate(specs, "inbound"), rate(specs, "outbound"));
    }

    private static Optional<Rate> rate(Properties specs, String direction) {
        String prefix = "quota:vif_" + direction;
        Optional<Long> peak = specs.count(prefix + "_peak");
        Optional<Long> burst = specs.count(prefix + "_burst");
        return specs.count(prefix + "_average").map(average -> new Rate(average, peak, burst));
    }
}
