package io.fogwhisk.influx.http;

import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import io.fogwhisk.influx.flux.table.ResultSink;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes results as InfluxDB's annotated CSV. Annotations and header come again when the columns of a table differ from
 * those of the one before; an empty line ends each result. Not thread-safe.
 *
 * <p>Up to {@value #BUFFER} characters are held back, so that a query that fails early can still be answered with an
 * error.
 */
final class AnnotatedCsv implements ResultSink {

    private static final int BUFFER = 16_384;
    private static final String LINE_END = "\r\n";

    private final Dialect dialect;
    private final OutputStream out;
    private final StringBuilder buffer = new StringBuilder(BUFFER + 1_024);
    private boolean sent;
    private boolean inResult;
    private String result = "";
    private String shownResult = "";
    private int table = -1;
    private List<Column> columns = List.of();
    private @Nullable Object[] key = {};
    /** A table of which no row came yet: if none comes, its head says what its key is. */
    private boolean waiting;
    /** Whether the next table needs a head, whatever its columns are. */
    private boolean fresh = true;

    private boolean first = true;

    AnnotatedCsv(Dialect dialect, OutputStream out) {
        this.dialect = dialect;
        this.out = out;
    }

    @Override
    public void result(String name) {
        endResult();
        inResult = true;
        fresh = true;
        result = name;
        shownResult = dialect.annotations().contains("default") ? "" : name;
        table = -1;
        first = true;
        columns = List.of();
    }

    @Override
    public void table(List<Column> newColumns, @Nullable Object[] newKey) {
        endTable();
        table++;
        fresh |= !newColumns.equals(columns);
        columns = List.copyOf(newColumns);
        key = newKey;
        waiting = true;
    }

    private void begin(boolean empty) {
        waiting = false;
        if (fresh || empty) {
            if (!first) {
                buffer.append(LINE_END);
            }
            head(empty);
        }
        first = false;
        fresh = empty;
    }

    private void endTable() {
        if (waiting) {
            begin(true);
        }
    }

    @Override
    public void row(@Nullable Object[] values) {
        if (waiting) {
            begin(false);
        }
        buffer.append(dialect.delimiter());
        text(shownResult);
        buffer.append(dialect.delimiter()).append(table);
        for (int i = 0; i < values.length; i++) {
            buffer.append(dialect.delimiter());
            Object value = values[i];
            if (value != null) {
                value(columns.get(i).type(), value);
            }
        }
        buffer.append(LINE_END);
        if (buffer.length() >= BUFFER) {
            flush();
        }
    }

    /** Ends the answer. */
    void end() {
        endResult();
        flush();
    }

    /** Whether a part of the answer has left, so that it is too late for an HTTP error. */
    boolean sent() {
        return sent;
    }

    /** Ends an answer of which a part has left, as InfluxDB does: with a table that holds the error. */
    void fail(String message) {
        buffer.append(LINE_END).append("#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n");
        buffer.append(",error,reference").append(LINE_END).append(',');
        text(message);
        buffer.append(',').append(LINE_END);
        flush();
    }

    private void endResult() {
        endTable();
        if (inResult) {
            buffer.append(LINE_END);
            inResult = false;
        }
    }

    private void head(boolean empty) {
        for (String annotation : dialect.annotations()) {
            buffer.append('#').append(annotation).append(dialect.delimiter());
            switch (annotation) {
                case "datatype" -> {
                    buffer.append("string").append(dialect.delimiter()).append("long");
                    columns.forEach(column -> cell(annotation(column.type())));
                }
                case "group" -> {
                    buffer.append("false").append(dialect.delimiter()).append("false");
                    columns.forEach(column -> cell(String.valueOf(column.grouped())));
                }
                default -> {
                    text(result);
                    buffer.append(dialect.delimiter()).append(empty ? String.valueOf(table) : "");
                    defaults(empty);
                }
            }
            buffer.append(LINE_END);
        }
        if (dialect.header()) {
            buffer.append(dialect.delimiter())
                    .append("result")
                    .append(dialect.delimiter())
                    .append("table");
            columns.forEach(column -> cell(column.label()));
            buffer.append(LINE_END);
        }
    }

    /** An empty table has its key here, because it has no row to show it. */
    private void defaults(boolean empty) {
        for (int i = 0; i < columns.size(); i++) {
            buffer.append(dialect.delimiter());
            Object value = empty ? key[i] : null;
            if (value != null) {
                value(columns.get(i).type(), value);
            }
        }
    }

    private String annotation(ColumnType type) {
        return type == ColumnType.TIME && dialect.nanoAnnotation() ? type.annotation() + "Nano" : type.annotation();
    }

    private void cell(String text) {
        buffer.append(dialect.delimiter());
        text(text);
    }

    private void value(ColumnType type, Object value) {
        switch (type) {
            case STRING -> text((String) value);
            case FLOAT -> CsvNumbers.append(buffer, (Double) value);
            case UINT -> buffer.append(Long.toUnsignedString((Long) value));
            case TIME -> CsvNumbers.appendTime(buffer, (Long) value);
            case INT, BOOL -> buffer.append(value);
        }
    }

    private void text(String text) {
        if (!needsQuotes(text)) {
            buffer.append(text);
            return;
        }
        buffer.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                buffer.append('"');
            }
            buffer.append(c);
        }
        buffer.append('"');
    }

    private boolean needsQuotes(String text) {
        if (text.isEmpty()) {
            return false;
        }
        char start = text.charAt(0);
        if (start == ' ' || start == '\t' || start == '#') {
            return true;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == dialect.delimiter() || c == '"' || c == '\r' || c == '\n') {
                return true;
            }
        }
        return false;
    }

    private void flush() {
        try {
            out.write(buffer.toString().getBytes(StandardCharsets.UTF_8));
            sent = true;
            buffer.setLength(0);
        } catch (IOException e) {
            throw new UncheckedIOException("the client went away", e);
        }
    }
}
