package org.novamq.driver.api;

import com.google.common.io.ByteStreams;
import com.google.common.primitives.Longs;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Refuses bodies over {@value #MAX_BYTES} bytes, whether their length was announced or not. */
public final class BodyLimit implements ContainerRequestFilter {
    /** Ten times Nova's own ({@code max_request_body_size}, 114,688): a dry run may hold a thousand NICs. */
    static final int MAX_BYTES = 1 << 20;

    /**
     * What is still read of a body that is refused. A client that sends on while the answer comes sees a broken
     * connection instead of it; beyond this much it may.
     */
    private static final int MAX_DRAINED_BYTES = 32 << 20;

    private static final int REQUEST_ENTITY_TOO_LARGE = 413;

    @Override
    public void filter(ContainerRequestContext request) throws IOException {
        if (announced(request) > MAX_BYTES) {
            throw tooLarge(request.getEntityStream());
        }
        request.setEntityStream(new Limited(request.getEntityStream()));
    }

    /** Not {@code getLength()}: that is an int, and fails on more. */
    private static long announced(ContainerRequestContext request) {
        String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        Long bytes = length == null ? Long.valueOf(0) : Longs.tryParse(length);
        return bytes == null ? Long.MAX_VALUE : bytes;
    }

    private static WebApplicationException tooLarge(InputStream rest) throws IOException {
        ByteStreams.exhaust(ByteStreams.limit(rest, MAX_DRAINED_BYTES));
        return new WebApplicationException(
                "cannot take a request body of more than " + MAX_BYTES + " bytes", REQUEST_ENTITY_TOO_LARGE);
    }

    private static final class Limited extends FilterInputStream {
        private int left = MAX_BYTES;

        Limited(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw tooLarge(in);
            }
        }
    }
}
