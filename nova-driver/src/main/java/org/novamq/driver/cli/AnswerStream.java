package org.novamq.driver.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Where answers go, in UTF-8 whatever the locale says: names of instances are not ASCII. A PrintStream forgets why it
 * failed, but a reader that has gone is no error ({@code novamq list | head -1}) and a full disk is.
 */
final class AnswerStream extends PrintStream {
    private final Watched watched;

    AnswerStream(OutputStream out) {
        this(new Watched(out));
    }

    private AnswerStream(Watched watched) {
        super(new BufferedOutputStream(watched), false, StandardCharsets.UTF_8);
        this.watched = watched;
    }

    /** Writes one line at once, for whoever reads at the other end of a pipe. */
    void answer(String line) {
        println(line);
        flush();
    }

    /** Whether writing more is in vain. */
    boolean isClosed() {
        return checkError();
    }

    /** Why answers were lost that somebody still wanted. */
    Optional<String> loss() {
        flush();
        return watched.failure
                .map(failure -> String.valueOf(failure.getMessage()))
                .filter(why -> !why.toLowerCase(Locale.ROOT).contains("broken pipe"));
    }

    private static final class Watched extends FilterOutputStream {
        private Optional<IOException> failure = Optional.empty();

        Watched(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = failure.or(() -> Optional.of(e));
                throw e;
            }
        }
    }
}
