package org.novamq.driver.compute;

/** What is being done to an instance is of no use any more: it is to be deleted. */
final class DeletionPromisedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeletionPromisedException() {
        super("the instance is to be deleted");
    }
}
