package org.novamq.driver.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.novamq.driver.json.Json;

/**
 * Cuts what is read into requests: one a line, or a single one over many lines.
 *
 * <p>Which of them it is shows in the first line: unless that breaks off inside an object, each line is a request and is
 * handed out as it comes, so that a plan can stand in a pipe. Otherwise everything is read and taken as one object; where
 * that fails and another line is a whole object by itself, the first was one cut short.
 */
final class RequestTexts {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final BufferedReader reader;
    private final Deque<String> ahead = new ArrayDeque<>();
    private boolean begun;

    RequestTexts(BufferedReader reader) {
        this.reader = reader;
    }

    /** The next request's text, or nothing at the end. Blank lines are none. */
    Optional<String> next() throws IOException {
        if (!begun) {
            begun = true;
            begin();
        }
        if (!ahead.isEmpty()) {
            return Optional.of(ahead.remove());
        }
        return nextLine();
    }

    private void begin() throws IOException {
        Optional<String> line = nextLine();
        if (line.isEmpty()) {
            return;
        }
        String first = line.get().startsWith(BYTE_ORDER_MARK) ? line.get().substring(1) : line.get();
        if (!isBeginning(first)) {
            ahead.add(first);
            return;
        }
        List<String> lines = new ArrayList<>(List.of(first));
        reader.lines().forEach(lines::add);
        String whole = String.join("\n", lines);
        boolean oneObject = isSound(whole) || lines.stream().skip(1).noneMatch(RequestTexts::isRequest);
        if (oneObject) {
            ahead.add(whole);
        } else {
            lines.stream().filter(text -> !text.isBlank()).forEach(ahead::add);
        }
    }

    private Optional<String> nextLine() throws IOException {
        String line = reader.readLine();
        while (line != null && line.isBlank()) {
            line = reader.readLine();
        }
        return Optional.ofNullable(line);
    }

    /** Whether a text breaks off inside an object, so that the next line may go on. */
    private static boolean isBeginning(String text) {
        try (JsonParser parser = Json.MAPPER.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() != null) {
                if (parser.getParsingContext().inRoot()) {
                    return false;
                }
            }
            return false;
        } catch (JsonEOFException e) {
            return true;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).startsWith("Unexpected end-of-input");
        }
    }

    private static boolean isRequest(String text) {
        return text.stripLeading().startsWith("{") && isSound(text);
    }

    private static boolean isSound(String text) {
        try {
            Json.MAPPER.readTree(text);
            return true;
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
