package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.compute.SpawnRequest;
import org.novamq.driver.glance.ImageCache;
import org.novamq.driver.json.InstanceIds;
import org.novamq.driver.json.JsonFields;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;
import org.novamq.image.Texts;
import org.novamq.vif.request.HostLimits;

/** Reads the body of {@code PUT /v1/instances/{id}} (specs/openapi.yaml); all that is wrong comes back at once. */
final class SpawnRequestReader {
    /** What libvirt, and a path of libvirt's own, takes as a name whatever it is used for. */
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,254}");

    /** Keys of the dry run that are this service's own to say. */
    private static final List<String> OURS = List.of("host", "devices", "running");

    /** The same, of each NIC. */
    private static final List<String> GRANTS = List.of("granted", "granted_for");

    private final HostLimits host;
    private final ImageCache images;

    SpawnRequestReader(HostLimits host, ImageCache images) {
        this.host = host;
        this.images = images;
    }

    SpawnRequest read(UUID uuid, ObjectNode json, @Nullable String tokenHeader) {
        Findings findings = new Findings();
        JsonFields body = new JsonFields(json, "", findings)
                .allowOnly("request", "domain", "root_gb", "metadata", "config_drive", "image", "power_on");
        Optional<JsonFields> asked = body.required("request", body::object);
        Optional<PlanRequestReader.Question> question =
                asked.flatMap(request -> question(uuid, (ObjectNode) json.get("request"), request));
        Optional<String> domain = body.text("domain").filter(name -> isDomain(name, body));
        int rootGib = body.integer("root_gb", 0, Integer.MAX_VALUE).orElse(0);
        Map<String, String> metadata = ServerRequestReader.metadata(body, "metadata");
        boolean configDrive = body.bool("config_drive").orElse(false);
        boolean powerOn = body.bool("power_on").orElse(true);
        GlanceImages parts = GlanceImages.read(body, tokenHeader, images);
        findings.throwIfAny();
        PlanRequestReader.Question sound = question.orElseThrow();
        return new SpawnRequest(
                sound.request().withRootDisk(parts.boot().disk().isPresent()),
                sound.host(),
                (ObjectNode) json.get("request"),
                sound.findings(),
                parts.boot(),
                rootGib,
                configDrive,
                parts.main(),
                sound.request().flavor().name(),
                metadata,
                domain,
                parts.fetch(),
                powerOn);
    }

    /** The problems of its form are told under the key that holds it. */
    private Optional<PlanRequestReader.Question> question(UUID uuid, ObjectNode request, JsonFields fields) {
        for (String key : OURS) {
            if (fields.has(key)) {
                fields.findings()
                        .problem(
                                fields.path(key),
                                key,
                                "cannot take it in the request of an instance: that is this service's to say");
            }
        }
        refuseGrants(fields);
        Optional<String> named = fields.object("instance").flatMap(instance -> instance.text("uuid"));
        named.filter(text -> !InstanceIds.parseUuid(text).equals(Optional.of(uuid)))
                .ifPresent(text -> fields.findings()
                        .problem(
                                fields.path("instance.uuid"),
                                text,
                                "cannot make instance " + uuid + " from a request of another: " + Texts.quote(text)));
        try {
            return Optional.of(PlanRequestReader.read(request, host));
        } catch (InvalidRequestException e) {
            within("request", e)
                    .problems()
                    .forEach(problem -> fields.findings().problem(problem.field(), problem.value(), problem.message()));
            return Optional.empty();
        }
    }

    /** The same problems, of a request that is part of another. */
    static InvalidRequestException within(String key, InvalidRequestException problems) {
        return new InvalidRequestException(problems.problems().stream()
                .map(problem -> new Problem(
                        problem.field().isEmpty() ? key : key + "." + problem.field(),
                        problem.value(),
                        problem.message()))
                .toList());
    }

    /** Which grants are kept, the record says. */
    private static void refuseGrants(JsonFields fields) {
        for (JsonFields nic : fields.objects("nics")) {
            for (String key : GRANTS) {
                nic.node(key)
                        .ifPresent(value -> nic.findings()
                                .problem(
                                        nic.path(key),
                                        value.asText(),
                                        "cannot take it: this service keeps the grants of its instances itself"));
            }
        }
    }

    private static boolean isDomain(String name, JsonFields body) {
        boolean sound = DOMAIN.matcher(name).matches();
        if (!sound) {
            body.findings()
                    .problem(
                            body.path("domain"),
                            name,
                            "cannot call a domain " + Texts.quote(name) + ": 1 to 255 characters out of A-Z a-z 0-9 _ ."
                                    + " - are needed, the first a letter or a digit");
        }
        return sound;
    }
}
