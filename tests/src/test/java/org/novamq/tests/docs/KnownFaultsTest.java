package org.novamq.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table "Known faults" of {@code specs/dependencies.rst} against the class path of this JVM, which Maven resolves
 * from the same versions as the program's jar.
 */
class KnownFaultsTest {
    /** One row: a library and its first version without the faults that the source names. */
    record Row(String library, String firstSound, String source) {
        @Override
        public String toString() {
            return library;
        }
    }

    static Stream<Row> rows() throws IOException {
        return RstDocument.read("specs/dependencies.rst").table("Library with a known fault").stream()
                .flatMap(row ->
                        RstDocument.literals(row.get(0)).stream().map(name -> new Row(name, row.get(1), row.get(2))));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void noLibraryIsOlderThanItsFirstSoundVersion(Row row) throws IOException {
        String[] names = row.library().split(":", -1);
        assertThat(names).as("group and artifact of " + row.library()).hasSize(2);
        List<String> versions = versions(names[0], names[1]);
        assertThat(versions)
                .as("versions of " + row.library() + " on the class path (none: take the row out of the table)")
                .hasSize(1)
                .allMatch(version -> isAtLeast(version, row.firstSound()), "at least " + row.firstSound());
        assertThat(row.source()).matches(".*(CVE|GHSA)-.*");
    }

    @Test
    void theTableNamesTheLibrariesThatReadWhatOthersSend() throws IOException {
        assertThat(rows().map(Row::library))
                .contains(
                        "com.fasterxml.jackson.core:jackson-core",
                        "com.fasterxml.jackson.core:jackson-databind",
                        "ch.qos.logback:logback-core",
                        "ch.qos.logback:logback-classic",
                        "org.eclipse.jetty:jetty-http",
                        "org.yaml:snakeyaml")
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({"2.21.4,2.21.5,false", "2.21.5,2.21.5,true", "2.21.10,2.21.5,true", "1.5.37-rc1,1.5.37,false"})
    void versionsAreComparedByTheirParts(String version, String firstSound, boolean sound) {
        assertThat(isAtLeast(version, firstSound)).isEqualTo(sound);
    }

    private static boolean isAtLeast(String version, String firstSound) {
        return Version.parse(version).compareTo(Version.parse(firstSound)) >= 0;
    }

    /** Every jar that Maven made has this file. */
    private static List<String> versions(String group, String artifact) throws IOException {
        String name = "META-INF/maven/" + group + "/" + artifact + "/pom.properties";
        return Collections.list(KnownFaultsTest.class.getClassLoader().getResources(name)).stream()
                .map(KnownFaultsTest::version)
                .distinct()
                .toList();
    }

    private static String version(URL file) {
        try (InputStream in = file.openStream()) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
