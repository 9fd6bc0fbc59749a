package dev.tidemark.server.term;

import java.util.ArrayList;
import java.util.List;

/// Columns for a person: as wide as their widest value, numbers to the right.
public final class TextTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /// @param headings of the columns
    public TextTable(String... headings) {
        rows.add(List.of(headings));
    }

    /// Adds a row, of as many values as there are headings. Null shows as `-`.
    public void row(Object... values) {
        List<String> row = new ArrayList<>();
        for (Object value : values) {
            row.add(value == null ? "-" : value.toString());
        }
        rows.add(row);
    }

    /// Prints the headings, in bold where it is seen, and the rows.
    public void print(Terminal terminal) {
        for (int i = 0; i < rows.size(); i++) {
            String line = line(rows.get(i));
            terminal.print(i == 0 ? terminal.strong(line) : line);
        }
    }

    private String line(List<String> row) {
        var line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String value = row.get(column);
            String padding = " ".repeat(width(column) - value.length());
            boolean isNumber = isNumeric(column);
            line.append(column == 0 ? "" : GAP).append(isNumber ? padding : "").append(value)
                    .append(isNumber ? "" : padding);
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        int width = 0;
        for (List<String> row : rows) {
            width = Math.max(width, row.get(column).length());
        }
        return width;
    }

    private boolean isNumeric(int column) {
        for (List<String> row : rows.subList(1, rows.size())) {
            if (!row.get(column).matches("-|-?[0-9]+")) {
                return false;
            }
        }
        return rows.size() > 1;
    }
}
