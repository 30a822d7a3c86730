package org.novamq.image;

import java.util.List;
import java.util.stream.Collectors;

/** The typed refusal of a request: all of its problems, in the order in which they were found. */
public class InvalidRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** @param problems at least one */
    public InvalidRequestException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** A refusal with a single problem. */
    public InvalidRequestException(String field, Object value, String message) {
        this(List.of(new Problem(field, String.valueOf(value), message)));
    }

    /** Every problem, in the order in which they were found; never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
