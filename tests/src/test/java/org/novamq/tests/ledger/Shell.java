package org.novamq.tests.ledger;

/** A shell in a running guest. */
interface Shell {
    /** The output of one line of script; a guest that does not answer fails the test. */
    String run(String script) throws InterruptedException;
}
