package org.novamq.driver.glance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.driver.disk.BadImageException;
import org.novamq.driver.disk.BaseImageCheck;
import org.novamq.driver.disk.QemuImg;

/** Over HTTP from a Glance of the test's own, with the real qemu-img. */
@Timeout(60)
class ImageCacheTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration AGE = Duration.ofHours(1);
    private static final Optional<Token> TOKEN = Token.of(FakeGlance.TOKEN);

    @TempDir
    private Path root;

    private FakeGlance glance;
    private Path directory;
    private ImageCache cache;
    private final byte[] data = new byte[1 << 20];

    @BeforeEach
    void start() throws IOException {
        glance = new FakeGlance();
        directory = root.resolve("instances/_base");
        cache = cache(glance.endpoint(), 1);
        new Random(1).nextBytes(data);
    }

    @AfterEach
    void stop() {
        glance.close();
    }

    private ImageCache cache(URI endpoint, int timeout) {
        return new ImageCache(
                directory,
                Optional.of(new GlanceClient(endpoint, Duration.ofSeconds(timeout))),
                new BaseImageCheck(new QemuImg()),
                AGE,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** Whoever waits so waits as long as it takes. */
    private static void patiently() {}

    private GlanceImage image() {
        return new GlanceImage(glance.add(data), "aki", FakeGlance.sha512(data), false);
    }

    @Test
    void anImageIsFetchedOnceAndKeptUnderItsHash() throws IOException {
        GlanceImage image = image();
        cache.bring(image, TOKEN, ImageCacheTest::patiently);
        cache.bring(image, TOKEN, ImageCacheTest::patiently);

        assertThat(cache.path(image))
                .hasBinaryContent(data)
                .hasFileName(image.id() + "-sha512-" + image.hash().value());
        assertThat(glance.requests()).containsExactly("/v2/images/" + image.id() + "/file");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache.path(image))))
                .isEqualTo("rw-r--r--");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx--x--x");
    }

    @Test
    void aBodyThatDoesNotSayHowLongItIsIsFine() {
        GlanceImage image = image();
        glance.sends(image.id(), FakeGlance::chunked);
        cache.bring(image, TOKEN, ImageCacheTest::patiently);
        assertThat(cache.path(image)).hasBinaryContent(data);
    }

    @Test
    void aCorruptImageIsNamedWithBothHashesAndNotKept() {
        GlanceImage image = image();
        glance.sends(image.id(), FakeGlance::corrupt);
        byte[] other = data.clone();
        other[data.length / 2] ^= 1;

        refuses(
                image,
                "cannot use image " + image.id() + ": the sha512 of its data is "
                        + FakeGlance.sha512(other).value() + ", Glance says "
                        + image.hash().value() + " (1048576 bytes from " + glance.endpoint() + ")");
        glance.sends(image.id(), FakeGlance::chunked);
        cache.bring(image, TOKEN, ImageCacheTest::patiently);
        assertThat(cache.path(image)).as("once Glance is well again").exists();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            204 | it answered 204 (the image has no data yet)
            401 | it answered 401 (the request's token is missing, wrong or expired)
            403 | it answered 403 (this user may not download it)
            404 | it answered 404 (there is no such image, or this user may not see it)
            503 | it answered 503
            """)
    void aRefusalIsToldInWords(int status, String words) {
        GlanceImage image = image();
        glance.sends(image.id(), FakeGlance.status(status));
        refuses(image, "cannot fetch image " + image.id() + " from " + glance.endpoint() + ": " + words);
    }

    @Test
    void withoutATokenGlanceSaysSo() {
        GlanceImage image = image();
        assertThatThrownBy(() -> cache.bring(image, Optional.empty(), ImageCacheTest::patiently))
                .hasMessageContaining("answered 401");
    }

    @Test
    void aRedirectIsNotFollowedBecauseTheTokenWouldGoWithIt() {
        GlanceImage image = image();
        UUID elsewhere = glance.add(data);
        glance.sends(image.id(), (exchange, bytes) -> {
            exchange.getResponseHeaders().set("Location", glance.endpoint() + "/v2/images/" + elsewhere + "/file");
            exchange.sendResponseHeaders(302, -1);
        });
        refuses(image, "cannot fetch image " + image.id() + " from " + glance.endpoint() + ": it answered 302");
        assertThat(glance.requests()).hasSize(1);
    }

    @Test
    void aDownloadThatIsCutOffIsNotKept() {
        GlanceImage image = image();
        glance.sends(image.id(), FakeGlance::cutOff);
        assertThatThrownBy(() -> cache.bring(image, TOKEN, ImageCacheTest::patiently))
                .isInstanceOf(GlanceException.class)
                .hasMessageStartingWith("cannot fetch image " + image.id() + " from " + glance.endpoint() + ": ")
                .hasMessageEndingWith(", after 524288 bytes");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aGlanceThatIsSilentIsNotWaitedForLongerThanConfigured() {
        GlanceImage image = image();
        glance.sends(image.id(), glance::stall);
        refuses(
                image,
                "cannot fetch image " + image.id() + " from " + glance.endpoint()
                        + ": nothing has come for 1 s (glance_timeout), after 524288 bytes");
    }

    @Test
    void aSlowGlanceIsFineAsLongAsItSendsSomething() {
        GlanceImage image = image();
        glance.sends(image.id(), (exchange, bytes) -> {
            exchange.sendResponseHeaders(200, bytes.length);
            for (int at = 0; at < bytes.length; at += bytes.length / 4) {
                exchange.getResponseBody().write(bytes, at, bytes.length / 4);
                exchange.getResponseBody().flush();
                Thread.sleep(600);
            }
        });
        cache.bring(image, TOKEN, ImageCacheTest::patiently);
        assertThat(cache.path(image)).hasBinaryContent(data);
    }

    @Test
    void aGlanceThatIsNotThereIsSaidSo() throws IOException {
        GlanceImage image = image();
        glance.close();
        assertThatThrownBy(() -> cache.bring(image, TOKEN, ImageCacheTest::patiently))
                .isInstanceOf(GlanceException.class)
                .hasMessageStartingWith("cannot fetch image " + image.id() + " from " + glance.endpoint() + ": ");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void moreThanThereIsRoomForIsNotEvenBegun() {
        GlanceImage image = image();
        glance.sends(image.id(), (exchange, bytes) -> {
            exchange.sendResponseHeaders(200, 1L << 60);
            exchange.getResponseBody().write(bytes);
        });
        assertThatThrownBy(() -> cache.bring(image, TOKEN, ImageCacheTest::patiently))
                .hasMessageMatching(".*: it has 1152921504606846976 bytes, and [0-9]+ are free, after 0 bytes");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatIsNotADiskDoesNotBecomeOne() throws IOException {
        byte[] disguised = "QFI\u00fb".getBytes(StandardCharsets.ISO_8859_1);
        byte[] padded = java.util.Arrays.copyOf(disguised, 4096);
        GlanceImage image = new GlanceImage(glance.add(padded), "raw", FakeGlance.sha512(padded), true);
        assertThatThrownBy(() -> cache.bring(image, TOKEN, ImageCacheTest::patiently))
                .isInstanceOf(BadImageException.class)
                .hasMessageContaining("it starts like qcow2, but its disk_format says raw");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void severalWhoWantTheSameImageFetchItOnce() throws InterruptedException, ExecutionException {
        GlanceImage image = image();
        ImageCache patient = cache(glance.endpoint(), 30);
        glance.sends(image.id(), glance::stall);
        ExecutorService several = Executors.newFixedThreadPool(4);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(several.submit(() -> patient.bring(image, TOKEN, ImageCacheTest::patiently)));
        }
        await().until(() -> glance.requests().size() == 1);
        glance.release();
        for (Future<?> one : all) {
            one.get();
        }
        several.shutdown();
        assertThat(glance.requests()).hasSize(1);
        assertThat(cache.path(image)).hasBinaryContent(data);
    }

    @Test
    void whoeverIsNoLongerWantedStopsWaitingAndLeavesNothing() {
        GlanceImage image = image();
        ImageCache patient = cache(glance.endpoint(), 30);
        glance.sends(image.id(), glance::stall);
        assertThatThrownBy(() -> patient.bring(image, TOKEN, () -> {
                    throw new IllegalStateException("unwanted");
                }))
                .hasMessage("unwanted");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aSweepRemovesWhatWasLeftAndWhatNobodyUses() throws IOException {
        GlanceImage used = image();
        GlanceImage young = image();
        GlanceImage unused = image();
        for (GlanceImage image : List.of(used, young, unused)) {
            cache.bring(image, TOKEN, ImageCacheTest::patiently);
        }
        String name = String.valueOf(unused.fileName());
        Path foreign = Files.writeString(directory.resolve("4f0b9d65cbb0bd4d0eb3c3c8ed1cbc8a3a0e2b5c"), "Nova's own");
        Path part = Files.writeString(directory.resolve("." + name + "." + UUID.randomUUID() + ".part"), "half");
        for (Path old : List.of(cache.path(used), cache.path(unused), foreign)) {
            Files.setLastModifiedTime(old, FileTime.from(NOW.minus(AGE).minusSeconds(1)));
        }
        Files.setLastModifiedTime(
                cache.path(young), FileTime.from(NOW.minus(AGE).plusSeconds(1)));

        cache.sweep(() -> file -> file.equals(used.fileName()));

        assertThat(part).doesNotExist();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactlyInAnyOrder(cache.path(used), cache.path(young), foreign);
        }
    }

    @Test
    void anImageThatIsAskedForAgainIsYoungAgain() throws IOException {
        GlanceImage image = image();
        cache.bring(image, TOKEN, ImageCacheTest::patiently);
        Files.setLastModifiedTime(
                cache.path(image), FileTime.from(NOW.minus(AGE).minusSeconds(1)));
        cache.bring(image, TOKEN, ImageCacheTest::patiently);
        cache.sweep(() -> file -> false);
        assertThat(cache.path(image)).exists();
    }

    @Test
    void aSweepOfNothingMakesNothingAndAsksNobody() {
        cache.sweep(() -> {
            throw new IllegalStateException("asked");
        });
        assertThat(directory).doesNotExist();
    }

    @Test
    void aTokenIsNotToldToAnybody() {
        assertThat(TOKEN.toString()).doesNotContain(FakeGlance.TOKEN);
        assertThat(Token.of("two words")).isEmpty();
        assertThat(Token.of("")).isEmpty();
    }

    @Test
    void aHashIsAsLongAsItsAlgorithmMakesIt() {
        assertThat(ImageHash.of("md5", "D41D8CD98F00B204E9800998ECF8427E").map(ImageHash::value))
                .contains("d41d8cd98f00b204e9800998ecf8427e");
        assertThat(ImageHash.of("sha512", "d41d8cd98f00b204e9800998ecf8427e")).isEmpty();
        assertThat(ImageHash.of("md5", "z41d8cd98f00b204e9800998ecf8427e")).isEmpty();
        assertThat(ImageHash.of("crc32", "00000000")).isEmpty();
    }

    /** With this whole message, and nothing is left. */
    private void refuses(GlanceImage image, String message) {
        assertThatThrownBy(() -> cache.bring(image, TOKEN, ImageCacheTest::patiently))
                .isInstanceOf(GlanceException.class)
                .hasMessage(message);
        assertThat(directory).isEmptyDirectory();
    }
}
