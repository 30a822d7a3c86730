package org.novamq.driver.cli;

import java.util.List;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;

/** The service has refused a request, in one or more lines. */
final class ServiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** @param problems at least one */
    ServiceException(List<Problem> problems) {
        super(new InvalidRequestException(problems).getMessage());
        this.problems = List.copyOf(problems);
    }

    List<Problem> problems() {
        return problems;
    }
}
