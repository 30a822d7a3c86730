package org.novamq.image;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects what a reader finds: problems, which refuse the request, and warnings, which the user is shown beside the
 * answer. Not thread-safe; one per request.
 */
public final class Findings {
    private final List<Problem> problems = new ArrayList<>();
    private final Set<String> warnings = new LinkedHashSet<>();

    /** Records something that refuses the request. */
    public void problem(String field, Object value, String message) {
        problems.add(new Problem(field, String.valueOf(value), message));
    }

    /** Records something that the user should see although the request is honoured; said once however often found. */
    public void warning(String text) {
        warnings.add(text);
    }

    public boolean hasProblems() {
        return !problems.isEmpty();
    }

    /** Takes over everything that another reader found. */
    public void addAll(Findings others) {
        problems.addAll(others.problems);
        warnings.addAll(others.warnings);
    }

    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Refuses the request with all that was found so far. */
    public void throwIfAny() {
        if (hasProblems()) {
            throw new InvalidRequestException(problems);
        }
    }
}
