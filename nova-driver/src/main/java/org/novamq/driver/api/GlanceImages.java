package org.novamq.driver.api;

import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.compute.Fetch;
import org.novamq.driver.disk.BaseImageCheck;
import org.novamq.driver.glance.GlanceImage;
import org.novamq.driver.glance.ImageCache;
import org.novamq.driver.glance.ImageHash;
import org.novamq.driver.glance.Token;
import org.novamq.driver.instance.BootSource;
import org.novamq.driver.json.InstanceIds;
import org.novamq.driver.json.JsonFields;
import org.novamq.image.Findings;
import org.novamq.image.Texts;

/**
 * What a nova-compute wants an instance to boot from: Glance's images, each with its hash.
 *
 * @param token of the user who asks
 * @param cache where they are brought to
 */
record GlanceImages(
        Optional<GlanceImage> disk,
        Optional<GlanceImage> kernel,
        Optional<GlanceImage> ramdisk,
        Optional<Token> token,
        ImageCache cache) {
    /**
     * Reads the key {@code image} of a body.
     *
     * @param token as the header has it
     */
    static GlanceImages read(JsonFields body, @Nullable String token, ImageCache cache) {
        Findings findings = body.findings();
        Optional<JsonFields> image = body.required("image", body::object);
        image.ifPresent(fields -> fields.allowOnly("disk", "kernel", "ramdisk"));
        GlanceImages images = new GlanceImages(
                part(image, "disk"), part(image, "kernel"), part(image, "ramdisk"), token(token, findings), cache);
        boolean given = image.filter(fields -> fields.has("disk") || fields.has("kernel"))
                .isPresent();
        if (image.isPresent() && !given) {
            findings.problem("image", "", "cannot boot from nothing: image.disk or image.kernel is needed");
        }
        if (image.filter(fields -> fields.has("ramdisk") && !fields.has("kernel"))
                .isPresent()) {
            findings.problem("image.ramdisk", "", "cannot use a ramdisk without image.kernel");
        }
        if (given && !cache.isConfigured()) {
            findings.problem(
                    "image", "", "cannot fetch images: the configuration of this service has no glance_endpoint");
        }
        return images;
    }

    private static Optional<GlanceImage> part(Optional<JsonFields> image, String name) {
        Optional<JsonFields> part = image.flatMap(fields -> fields.object(name));
        if (part.isEmpty()) {
            return Optional.empty();
        }
        JsonFields file = part.get().allowOnly("id", "disk_format", "hash_algo", "hash_value");
        Optional<UUID> id = file.required("id", file::text).flatMap(text -> InstanceIds.readUuid(text, "id", file));
        boolean isDisk = name.equals("disk");
        Optional<String> format = file.required("disk_format", file::text).filter(text -> isFormat(text, isDisk, file));
        Optional<String> algorithm = file.required(
                "hash_algo",
                key -> file.oneOf(
                        key,
                        text -> Optional.of(text).filter(ImageHash.algorithms()::contains),
                        ImageHash.algorithms()));
        Optional<String> value = file.required("hash_value", file::text);
        Optional<ImageHash> hash = algorithm.flatMap(known -> value.flatMap(digits -> hash(known, digits, file)));
        return id.isEmpty() || format.isEmpty() || hash.isEmpty()
                ? Optional.empty()
                : Optional.of(new GlanceImage(id.get(), format.get(), hash.get(), isDisk));
    }

    private static boolean isFormat(String format, boolean isDisk, JsonFields file) {
        boolean sound = !isDisk || BaseImageCheck.isBootable(format);
        if (!sound) {
            file.findings()
                    .problem(
                            file.path("disk_format"),
                            format,
                            "cannot use the image: " + BaseImageCheck.notBootable(Texts.quote(format)));
        }
        return sound;
    }

    private static Optional<ImageHash> hash(String algorithm, String value, JsonFields file) {
        Optional<ImageHash> hash = ImageHash.of(algorithm, value);
        if (hash.isEmpty()) {
            file.findings()
                    .problem(
                            file.path("hash_value"),
                            value,
                            "cannot use " + Texts.quote(value) + " as " + algorithm + ": " + ImageHash.digits(algorithm)
                                    + " hexadecimal digits are needed");
        }
        return hash;
    }

    private static Optional<Token> token(@Nullable String header, Findings findings) {
        Optional<Token> token = Optional.ofNullable(header).flatMap(Token::of);
        if (header != null && token.isEmpty()) {
            findings.problem("X-Auth-Token", "", "cannot use the header X-Auth-Token: its value cannot be a token");
        }
        return token;
    }

    /** The one that the instance is said to be made of. */
    String main() {
        return disk.or(() -> kernel).orElseThrow().id().toString();
    }

    Fetch fetch() {
        return new Fetch(
                Stream.of(disk, kernel, ramdisk).flatMap(Optional::stream).toList(), token);
    }

    BootSource boot() {
        return new BootSource(disk.map(this::file), kernel.map(this::file), ramdisk.map(this::file));
    }

    private BootSource.ImageFile file(GlanceImage image) {
        return new BootSource.ImageFile(image.id().toString(), cache.path(image).toString(), image.diskFormat());
    }
}
