package io.fogwhisk.influx.flux.syntax;

import io.fogwhisk.influx.flux.time.FluxDuration;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads the values that words stand for. */
public final class Literals {

    private Literals() {}

    public static long integer(Token token) {
        try {
            return Long.parseLong(token.text());
        } catch (NumberFormatException e) {
            throw token.at().error("number " + token.text() + " does not fit in 64 bits");
        }
    }

    public static FluxDuration duration(Token token) {
        try {
            return FluxDuration.parse(token.text());
        } catch (IllegalArgumentException e) {
            throw token.at().error(String.valueOf(e.getMessage()));
        }
    }

    public static long time(Token token) {
        try {
            return token.text().indexOf('T') < 0
                    ? FluxDuration.nanos(LocalDate.parse(token.text())
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant())
                    : FluxDuration.nanos(OffsetDateTime.parse(token.text()).toInstant());
        } catch (DateTimeException e) {
            throw token.at().error("invalid time " + token.text() + ", write it as 2026-01-31T12:00:00Z");
        }
    }

    public static Pattern regex(Token token) {
        try {
            return Pattern.compile(token.text());
        } catch (PatternSyntaxException e) {
            throw token.at().error("invalid regular expression: " + e.getDescription());
        }
    }
}
