package io.fogwhisk.influx.flux.syntax;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Reads the values that words stand for. */
public final class Literals {

    private Literals() {}

    /** A whole number, which must fit in 64 bits and not begin with zeros. */
    public static long integer(Token token) {
        if (token.text().length() > 1 && token.text().startsWith("0")) {
            throw token.at().error("number " + token.text() + " must not begin with 0");
        }
        try {
            return Long.parseLong(token.text());
        } catch (NumberFormatException e) {
            throw token.at().error("number " + token.text() + " does not fit in 64 bits");
        }
    }

    /** A length of time. */
    public static FluxDuration duration(Token token) {
        try {
            return FluxDuration.parse(token.text());
        } catch (IllegalArgumentException e) {
            throw token.at().error(String.valueOf(e.getMessage()));
        }
    }

    /** A time, nanoseconds since 1970. */
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

    /** A regular expression as InfluxDB writes them: of all ways to name a group it knows {@code (?P<name>...)}. */
    public static Pattern regex(Token token) {
        if (token.text().contains("(?<")) {
            throw token.at().error("invalid regular expression: write a named group as (?P<name>...)");
        }
        if (RegexSize.tooLarge(token.text())) {
            throw token.at().error("invalid regular expression: its repetitions make it too large");
        }
        try {
            return Pattern.compile(token.text());
        } catch (PatternSyntaxException e) {
            throw token.at().error("invalid regular expression: " + e.getDescription());
        }
    }
}
