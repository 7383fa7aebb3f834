package io.fogwhisk.aggregate.reading;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.aggregate.influx.LineProtocol;
import io.fogwhisk.aggregate.reading.ReadingRules.Conversion;
import java.util.Locale;
import java.util.Optional;

/** The value of a field, of a type of the database. */
public sealed interface Value {

    /** Adds it to a point. */
    void addTo(LineProtocol line, String field);

    /** The field of a point that has this value only: one that aggregates are made of has numbers only. */
    default String ownField() {
        return Reading.FIELD;
    }

    /**
     * A number with a fraction, or a boolean as 1 or 0.
     *
     * @param value finite
     */
    record Real(double value) implements Value {
        @Override
        public void addTo(LineProtocol line, String field) {
            line.field(field, value);
        }
    }

    /** A whole number. */
    record Whole(long value) implements Value {
        @Override
        public void addTo(LineProtocol line, String field) {
            line.field(field, value);
        }
    }

    /** True or false. */
    record Flag(boolean value) implements Value {
        @Override
        public void addTo(LineProtocol line, String field) {
            line.field(field, value);
        }

        @Override
        public String ownField() {
            return "boolean";
        }
    }

    /** A text. */
    record Text(String value) implements Value {
        @Override
        public void addTo(LineProtocol line, String field) {
            line.field(field, value);
        }

        @Override
        public String ownField() {
            return "string";
        }
    }

    /** The types that users name. */
    enum Type {
        /** A {@link Real}: the default. */
        FLOAT,
        /** A {@link Whole}; a number is rounded. */
        INTEGER,
        /** A {@link Flag}; a number is true unless it is zero. */
        BOOLEAN,
        /** A {@link Text}; a number or a boolean as JSON writes it. */
        STRING;

        /** The word that users write. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The longest text that is stored. */
        private static final int MAX_TEXT = 64_000;

        /** A value of this type, or empty if there is none for what the reading holds. */
        Optional<Value> of(JsonNode node, Conversion unit) {
            if (this == STRING) {
                return node.isValueNode() && !node.isNull() && node.asText().length() <= MAX_TEXT
                        ? Optional.of(new Text(node.asText()))
                        : Optional.empty();
            }
            if (!node.isNumber() && !node.isBoolean()) {
                return Optional.empty();
            }
            if (this == INTEGER && unit.equals(Conversion.NONE) && node.isIntegralNumber()) {
                return node.canConvertToLong() ? Optional.of(new Whole(node.longValue())) : Optional.empty();
            }
            double raw = node.isBoolean() ? (node.booleanValue() ? 1 : 0) : node.doubleValue();
            double number = raw * unit.scale() + unit.offset();
            if (this == BOOLEAN) {
                return Optional.of(new Flag(number != 0));
            }
            if (this == FLOAT) {
                return Double.isFinite(number) ? Optional.of(new Real(number)) : Optional.empty();
            }
            double rounded = Math.rint(number);
            // 2^63 is the first that is none.
            return rounded >= Long.MIN_VALUE && rounded < 0x1p63
                    ? Optional.of(new Whole((long) rounded))
                    : Optional.empty();
        }
    }
}
