package org.novamq.driver.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Columns as wide as their widest cell. A cell may have several lines. Not thread-safe. */
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int[] widths;

    Table(String... headers) {
        this.widths = new int[headers.length];
        row(headers);
    }

    Table row(String... cells) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(
                    widths[i], cells[i].lines().mapToInt(Table::width).max().orElse(0));
        }
        rows.add(List.of(cells));
        return this;
    }

    void print(PrintStream out) {
        rows.forEach(row -> print(row, out));
    }

    private void print(List<String> row, PrintStream out) {
        List<String[]> cells = row.stream().map(cell -> cell.split("\n", -1)).toList();
        int height = cells.stream().mapToInt(lines -> lines.length).max().orElse(0);
        for (int y = 0; y < height; y++) {
            StringBuilder line = new StringBuilder();
            for (int x = 0; x < widths.length; x++) {
                String text = y < cells.get(x).length ? cells.get(x)[y] : "";
                line.append(text).append(" ".repeat(widths[x] - width(text))).append(GAP);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
