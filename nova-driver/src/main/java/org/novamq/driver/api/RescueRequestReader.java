package org.novamq.driver.api;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.compute.RescueRequest;
import org.novamq.driver.glance.ImageCache;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.JsonFields;
import org.novamq.image.Findings;

/** Reads the body of {@code PUT /v1/instances/{id}/rescue} (specs/openapi.yaml); all that is wrong comes back at once. */
final class RescueRequestReader {
    private RescueRequestReader() {}

    static RescueRequest read(String text, @Nullable String token, ImageCache cache) {
        JsonFields body = new JsonFields(Json.parseObject(text), "", new Findings()).allowOnly("image", "config_drive");
        GlanceImages images = GlanceImages.read(body, token, cache);
        Optional<Map<String, byte[]>> configDrive =
                body.object("config_drive").map(drive -> ConfigDriveReader.files(drive.allowOnly("files")));
        body.findings().throwIfAny();
        return new RescueRequest(images.boot(), images.fetch(), configDrive);
    }
}
