package org.novamq.tests.ledger;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** At the serial console, where the test guest has a shell for whoever presses Enter: for guests without an agent. */
final class SerialShell implements Shell {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 50;
    private static final int BUFFER_BYTES = 4096;

    private final Path terminal;

    /** @param terminal the pseudo-terminal that libvirt has given the console */
    SerialShell(Path terminal) {
        this.terminal = terminal;
    }

    /** The script's last word is {@link Facts#END}. What comes back holds echoes and prompts too. */
    @Override
    public String run(String script) throws InterruptedException {
        // not by Files: its streams seek, which a terminal cannot
        try (InputStream in = new FileInputStream(terminal.toFile());
                OutputStream out = new FileOutputStream(terminal.toFile())) {
            type(out, "");
            await(in, "# ");
            // The shell's own line editor takes 1,023 characters at most, so the script is not typed at its prompt.
            type(out, "echo go''on; read -r script; eval \"$script\"; exit");
            await(in, "goon\r\n");
            type(out, script);
            return await(in, "\n" + Facts.END);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void type(OutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String await(InputStream in, String word) throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[BUFFER_BYTES];
        Instant end = Instant.now().plus(LIMIT);
        while (text.indexOf(word) < 0) {
            if (in.available() > 0) {
                int count = in.read(buffer);
                text.append(new String(buffer, 0, count, StandardCharsets.US_ASCII));
            } else if (Instant.now().isAfter(end)) {
                throw new AssertionError("the console does not say " + word + ": " + text);
            } else {
                Thread.sleep(POLL_MILLIS);
            }
        }
        return text.toString();
    }
}
