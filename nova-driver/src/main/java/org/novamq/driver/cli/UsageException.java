package org.novamq.driver.cli;

import java.util.List;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;

/** The command line asks for something that cannot be written that way; nothing was sent. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param problems at least one */
    UsageException(List<Problem> problems) {
        super(new InvalidRequestException(problems).getMessage());
    }

    UsageException(String message) {
        super(message);
    }
}
