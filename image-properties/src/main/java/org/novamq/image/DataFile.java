package org.novamq.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the tables that are part of this module's jar: lines of columns separated by tabs, {@code -} for an empty one,
 * comments that begin with {@code #}. They are constants of the program; this is the only class of the pure modules that
 * reads anything.
 */
final class DataFile {
    private static final String NONE = "-";

    private DataFile() {}

    /**
     * The lines of a table beside this class, comments left out.
     *
     * @throws IllegalStateException the jar has no such table, or a line has another number of columns
     */
    static List<List<String>> rows(String name, int columns) {
        List<List<String>> rows = new ArrayList<>();
        for (String line : text(name).split("\n", -1)) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                rows.add(row(name, line, columns));
            }
        }
        return rows;
    }

    private static List<String> row(String name, String line, int columns) {
        String[] row = line.split("\t", -1);
        if (row.length != columns) {
            throw new IllegalStateException(
                    "cannot read " + name + ": " + columns + " columns expected, " + row.length + " found in: " + line);
        }
        for (int i = 0; i < row.length; i++) {
            row[i] = row[i].equals(NONE) ? "" : row[i];
        }
        return List.of(row);
    }

    private static String text(String name) {
        try (InputStream in = DataFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("cannot read " + name + ": the jar does not have it");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
