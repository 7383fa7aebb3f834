package io.fogwhisk.influx.retention;

import java.time.Duration;
import java.time.Instant;

/** Parts of Flux scripts. Stateless. */
final class FluxText {

    private FluxText() {}

    /** A string literal, in which no "${" begins an expression. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '$' -> out.append(i + 1 < text.length() && text.charAt(i + 1) == '{' ? "\\$" : "$");
                default -> out.append(c);
            }
        }
        return out.append('"').toString();
    }

    static String range(String bucket, Instant start, Instant stop) {
        return "from(bucket: " + quoted(bucket) + ") |> range(start: " + start + ", stop: " + stop + ")";
    }

    static String duration(Duration duration) {
        return duration.toSeconds() + "s";
    }
}
