package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Throwables;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.io.EOFException;
import java.util.zip.ZipException;
import org.eclipse.jetty.http.HttpException;
import org.novamq.driver.disk.DiskException;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.json.PlanAnswerWriter;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Texts;
import org.novamq.vif.queue.NoRoomException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where an exception becomes an answer. What a caller sent is never a 500, and no answer has a stack. */
public final class FaultMapper implements ExceptionMapper<Exception> {
    private static final Logger LOG = LoggerFactory.getLogger(FaultMapper.class);
    private static final int BAD_REQUEST = 400;
    private static final int CONFLICT = 409;
    private static final int INTERNAL_ERROR = 500;

    private final UriInfo uri;

    /** @param uri of the request at hand; Jersey gives a proxy */
    public FaultMapper(@Context UriInfo uri) {
        this.uri = uri;
    }

    @Override
    public Response toResponse(Exception exception) {
        if (exception instanceof InvalidRequestException refusal) {
            boolean dryRun = uri.getPath().startsWith("v1/plans");
            int status = refusal instanceof NoRoomException && !dryRun ? CONFLICT : BAD_REQUEST;
            boolean nova = uri.getPath().startsWith("v2.1");
            return answer(
                    status,
                    nova
                            ? Faults.of(status, Texts.reason(refusal), refusal.problems())
                            : PlanAnswerWriter.problems(refusal.problems()));
        }
        int status = status(exception);
        if (status == INTERNAL_ERROR) {
            LOG.error("{} {} failed", uri.getPath(), exception.getClass().getSimpleName(), exception);
        }
        return answer(status, Faults.of(status, message(exception)));
    }

    private static int status(Exception exception) {
        if (exception instanceof WebApplicationException web) {
            return web.getResponse().getStatus();
        }
        if (exception instanceof InstanceException compute) {
            return switch (compute.reason()) {
                case NOT_FOUND -> 404;
                case CONFLICT -> CONFLICT;
            };
        }
        if (exception instanceof HypervisorException hypervisor) {
            return switch (hypervisor.kind()) {
                case UNAVAILABLE, TIMEOUT -> 503;
                case NOT_FOUND, DEVICE_MISSING -> 404;
                case CONFLICT, AGENT_UNRESPONSIVE -> CONFLICT;
                case INVALID, UNSUPPORTED -> BAD_REQUEST;
                case FAILED -> INTERNAL_ERROR;
            };
        }
        return isUnreadableBody(exception) ? BAD_REQUEST : INTERNAL_ERROR;
    }

    /** What the caller sent broke off, or is not what its headers say. */
    private static boolean isUnreadableBody(Exception exception) {
        return Throwables.getCausalChain(exception).stream()
                .anyMatch(cause -> cause instanceof ZipException
                        || cause instanceof EOFException
                        || cause instanceof HttpException);
    }

    private static String message(Exception exception) {
        boolean ours = exception instanceof WebApplicationException
                || exception instanceof InstanceException
                || exception instanceof HypervisorException
                || exception instanceof DiskException;
        if (ours) {
            return Texts.reason(exception);
        }
        return isUnreadableBody(exception)
                ? "cannot read the request's body: it is not what its headers say"
                : "Unexpected error; the service's log has the cause.";
    }

    private static Response answer(int status, ObjectNode body) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(body)
                .build();
    }
}
