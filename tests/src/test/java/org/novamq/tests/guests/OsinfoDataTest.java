package org.novamq.tests.guests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The table of osinfo-db's systems is what its generator writes from the installed Debian package. It fails where the
 * package is absent or of another version, because it then says nothing of the table.
 */
class OsinfoDataTest {
    private static final String MODULE = "image-properties/";
    private static final String GENERATOR = MODULE + "osinfo/generate.py";
    private static final String TABLE = MODULE + "src/main/resources/org/novamq/image/osinfo.tsv";
    private static final int VERSION_LINE = 1;

    @Test
    void theTableIsGeneratedFromTheInstalledPackage() throws IOException, InterruptedException {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("novamq.root"), "novamq.root"));
        List<String> committed = Files.readAllLines(root.resolve(TABLE));
        List<String> generated = run(root.resolve(GENERATOR)).lines().toList();
        assertThat(generated.get(VERSION_LINE))
                .as(
                        "%s was generated from another version of the Debian package osinfo-db than the installed one. To"
                                + " take that one over: run %s, look at the difference, run the tests of image-properties, and"
                                + " write the version into specs/multiqueue-per-nic.rst",
                        TABLE, GENERATOR)
                .isEqualTo(committed.get(VERSION_LINE));
        assertThat(generated).containsExactlyElementsOf(committed);
    }

    @Test
    void theSpecificationNamesTheVersion() throws IOException {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("novamq.root"), "novamq.root"));
        String version =
                Files.readAllLines(root.resolve(TABLE)).get(VERSION_LINE).replace("# ", "");
        assertThat(Files.readString(root.resolve("specs/multiqueue-per-nic.rst")))
                .contains(version);
    }

    private static String run(Path generator) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("python3", generator.toString(), "--stdout")
                .redirectError(ProcessBuilder.Redirect.PIPE)
                .start();
        String text;
        try (InputStream out = process.getInputStream()) {
            text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s failed: %s(devstack/lib/prerequisites.sh tests installs osinfo-db)", generator, errors)
                .isZero();
        return text;
    }
}
