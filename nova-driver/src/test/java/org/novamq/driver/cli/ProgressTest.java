package org.novamq.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void writesALineForEachChangeElsewhere() {
        assertThat(shown(false)).isEqualTo("vm: BUILD\nvm: ACTIVE\n");
    }

    @Test
    void writesOverItsLineOnATerminal() {
        String rewind = "\r\u001b[K";
        assertThat(shown(true))
                .isEqualTo(rewind + "vm: BUILD, 1 s" + rewind + "vm: BUILD, 2 s" + rewind + "vm: ACTIVE, 3 s" + rewind
                        + "vm: ACTIVE\n");
    }

    private static String shown(boolean interactive) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                new AnswerStream(OutputStream.nullOutputStream()),
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                Map.of(),
                interactive);
        try (Progress progress = new Progress(terminal, "vm")) {
            progress.show("BUILD", Duration.ofSeconds(1));
            progress.show("BUILD", Duration.ofSeconds(2));
            progress.show("ACTIVE", Duration.ofSeconds(3));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
