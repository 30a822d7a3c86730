package org.novamq.driver.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import java.util.UUID;

/** The headers that Nova's clients look at: the microversion served, and an id by which a request is found in the log. */
public final class ApiHeaders implements ContainerResponseFilter {
    /** We serve Nova's base version; our own keys stand beside its. */
    static final String MICROVERSION = "2.1";

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        String id = "req-" + UUID.randomUUID();
        response.getHeaders().putSingle("x-openstack-request-id", id);
        response.getHeaders().putSingle("x-compute-request-id", id);
        if (request.getUriInfo().getPath().startsWith("v2.1")) {
            response.getHeaders().putSingle("OpenStack-API-Version", "compute " + MICROVERSION);
            response.getHeaders().putSingle("X-OpenStack-Nova-API-Version", MICROVERSION);
            response.getHeaders().putSingle("Vary", "OpenStack-API-Version, X-OpenStack-Nova-API-Version");
        }
    }
}
