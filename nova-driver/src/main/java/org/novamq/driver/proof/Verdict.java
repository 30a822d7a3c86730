package org.novamq.driver.proof;

/** What can be said of a NIC's queues in its guest; the worse, the later. */
public enum Verdict {
    /**
     * All queues that were planned are in use, and each has interrupts of its own: the guest shows that, or a plan that leaves
     * enough of the guest's vectors.
     */
    OK("its queues are in use as planned"),
    /** Nothing certain can be said; the reason says why. */
    UNKNOWN("nothing certain can be said"),
    /** Fewer queues are in use than there are. */
    FEWER_ACTIVE(
            "the guest uses fewer queues than it has: activate turns the others on, if it was not done on purpose"),
    /** There are several queues and the guest uses one. */
    NOT_ENABLED(
            "the guest uses one queue of several: activate turns the others on, unless its driver has no multiqueue; older"
                    + " guests need that at every boot"),
    /** The queues share interrupt vectors, so that several are no better than one. */
    SHARED_VECTORS(
            "the guest ran out of interrupt vectors, or was told to use none: its queues share one; ask for fewer queues or"
                    + " NICs"),
    /** The domain or its guest has no such NIC. */
    NIC_ABSENT("the NIC is not there: its driver may have found no interrupt vector, or somebody has taken it out");

    private final String meaning;

    Verdict(String meaning) {
        this.meaning = meaning;
    }

    /** What it means and what to do, for an operator. */
    public String meaning() {
        return meaning;
    }

    /** The worse of two. */
    public Verdict or(Verdict other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
