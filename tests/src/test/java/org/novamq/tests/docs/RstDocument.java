package org.novamq.tests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A reStructuredText document of ours, as far as its {@code list-table}s and sections go. */
public final class RstDocument {
    private static final Pattern ROW = Pattern.compile("   \\* - (.*)");
    private static final Pattern CELL = Pattern.compile("     - (.*)");
    private static final Pattern LITERAL = Pattern.compile("``([^`]+)``");

    private final String name;
    private final List<String> lines;

    private RstDocument(String name, List<String> lines) {
        this.name = name;
        this.lines = lines;
    }

    /** A document, by its path from the root of the project. */
    public static RstDocument read(String path) throws IOException {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("novamq.root"), "novamq.root"));
        return new RstDocument(path, Files.readAllLines(root.resolve(path)));
    }

    /** The rows, without the heading, of the table whose heading begins with a word; there must be exactly one. */
    List<List<String>> table(String firstHeading) {
        List<List<List<String>>> found = tables().stream()
                .filter(table -> table.get(0).get(0).equals(firstHeading))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(name + " has " + found.size() + " tables whose first column is " + firstHeading);
        }
        List<List<String>> rows = found.get(0);
        return rows.subList(1, rows.size());
    }

    private List<List<List<String>>> tables() {
        List<List<List<String>>> tables = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(".. list-table::")) {
                rows = new ArrayList<>();
                tables.add(rows);
            } else if (!line.isBlank() && !line.startsWith("   ")) {
                rows = new ArrayList<>(); // the table has ended
            } else {
                add(line, rows);
            }
        }
        return tables;
    }

    private static void add(String line, List<List<String>> rows) {
        Matcher row = ROW.matcher(line);
        Matcher cell = CELL.matcher(line);
        if (row.matches()) {
            rows.add(new ArrayList<>(List.of(row.group(1))));
        } else if (!rows.isEmpty() && cell.matches()) {
            rows.get(rows.size() - 1).add(cell.group(1));
        } else if (!rows.isEmpty() && line.startsWith("       ")) {
            List<String> last = rows.get(rows.size() - 1);
            last.set(last.size() - 1, last.get(last.size() - 1) + " " + line.strip());
        }
    }

    /** The lines of a section, up to the next title. */
    public String section(String title) {
        int at = lines.indexOf(title);
        if (at < 0) {
            throw new AssertionError(name + " has no section " + title);
        }
        StringBuilder text = new StringBuilder();
        for (int i = at + 2; i + 1 < lines.size() && !isUnderline(lines.get(i + 1)); i++) {
            text.append(lines.get(i)).append('\n');
        }
        return text.toString();
    }

    private static boolean isUnderline(String line) {
        return line.length() > 2 && (line.matches("=+") || line.matches("-+"));
    }

    /** What stands in double back quotes. */
    public static List<String> literals(String text) {
        return LITERAL.matcher(text).results().map(match -> match.group(1)).toList();
    }

    /** The literals of a column, one after the other. */
    static Stream<String> literals(List<List<String>> rows, int column) {
        return rows.stream().flatMap(row -> literals(row.get(column)).stream());
    }
}
