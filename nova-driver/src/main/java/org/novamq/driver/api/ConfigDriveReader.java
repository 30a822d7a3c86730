package org.novamq.driver.api;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.JsonFields;
import org.novamq.image.Findings;
import org.novamq.image.Texts;

/**
 * Reads the body of {@code PUT /v1/instances/{id}/config-drive}: contents, and the paths that each is at. What is wrong is
 * told without the contents, which hold secrets.
 */
final class ConfigDriveReader {
    private static final int MAX_PATHS = 1024;
    /** What both ISO 9660's extensions take, and no way out of the tree. */
    private static final Pattern PATH =
            Pattern.compile("(?!(.*/)?\\.{1,2}(/|$))[A-Za-z0-9._-]{1,64}(/[A-Za-z0-9._-]{1,64}){0,15}");

    private ConfigDriveReader() {}

    static Map<String, byte[]> read(String text) {
        Findings findings = new Findings();
        JsonFields body = new JsonFields(Json.parseObject(text), "", findings).allowOnly("files");
        Map<String, byte[]> files = files(body);
        findings.throwIfAny();
        return files;
    }

    /** The same where it is part of another body. */
    static Map<String, byte[]> files(JsonFields body) {
        Findings findings = body.findings();
        Map<String, byte[]> files = new LinkedHashMap<>();
        body.required("files", body::list);
        for (JsonFields file : body.objects("files")) {
            file.allowOnly("paths", "content");
            Optional<byte[]> content = file.required("content", file::text).flatMap(base64 -> decode(base64, file));
            for (String path : paths(file)) {
                content.ifPresent(bytes -> files.put(path, bytes));
            }
        }
        if (files.size() > MAX_PATHS) {
            findings.problem(
                    "files",
                    files.size(),
                    "cannot put " + files.size() + " files on it: " + MAX_PATHS + " are the most");
        }
        return files;
    }

    private static Optional<byte[]> decode(String base64, JsonFields file) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            file.findings().problem(file.path("content"), "", "cannot read it: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static List<String> paths(JsonFields file) {
        List<String> paths = new ArrayList<>();
        file.required("paths", file::list)
                .ifPresent(list -> list.forEach(node -> {
                    String path = node.asText();
                    if (node.isTextual() && PATH.matcher(path).matches()) {
                        paths.add(path);
                    } else {
                        file.findings()
                                .problem(
                                        file.path("paths"),
                                        path,
                                        "cannot put " + Texts.quote(path)
                                                + " on a config drive: up to 16 names out of A-Z a-z"
                                                + " 0-9 . _ - with slashes between them are needed");
                    }
                }));
        return paths;
    }
}
