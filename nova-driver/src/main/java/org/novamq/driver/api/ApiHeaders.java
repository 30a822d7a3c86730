package org.novamq.driver.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;

/** The headers that Nova's clients look at for the microversion served. */
public final class ApiHeaders implements ContainerResponseFilter {
    /** We serve Nova's base version; our own keys stand beside its. */
    static final String MICROVERSION = "2.1";

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getUriInfo().getPath().startsWith("v2.1")) {
            response.getHeaders().putSingle("OpenStack-API-Version", "compute " + MICROVERSION);
            response.getHeaders().putSingle("X-OpenStack-Nova-API-Version", MICROVERSION);
            response.getHeaders().putSingle("Vary", "OpenStack-API-Version, X-OpenStack-Nova-API-Version");
        }
    }
}
