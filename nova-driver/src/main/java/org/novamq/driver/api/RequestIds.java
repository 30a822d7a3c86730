package org.novamq.driver.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.MDC;

/**
 * Gives each request an id, as Nova does: in the answer's headers, and in every line of the log that is written for it,
 * also by those who do the work behind the answer.
 */
@PreMatching
public final class RequestIds implements ContainerRequestFilter, ContainerResponseFilter {
    /** The key in SLF4J's diagnostic context; the configuration's log format names it. */
    private static final String KEY = "request_id";

    @Override
    public void filter(ContainerRequestContext request) {
        MDC.put(KEY, "req-" + UUID.randomUUID());
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        String id = MDC.get(KEY);
        response.getHeaders().putSingle("x-openstack-request-id", id);
        response.getHeaders().putSingle("x-compute-request-id", id);
        MDC.remove(KEY);
    }

    /** The work, to be done on another thread under the id of the request at hand. */
    static Runnable kept(Runnable work) {
        Optional<String> id = Optional.ofNullable(MDC.get(KEY));
        return () -> {
            id.ifPresent(text -> MDC.put(KEY, text));
            try {
                work.run();
            } finally {
                MDC.remove(KEY);
            }
        };
    }
}
