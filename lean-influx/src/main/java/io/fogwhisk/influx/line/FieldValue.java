package io.fogwhisk.influx.line;

import java.util.Objects;

/** The value of a field, of one of the five types of line protocol. */
public sealed interface FieldValue {

    /** The type. */
    FieldType type();

    /**
     * A number with a fraction.
     *
     * @param value finite
     */
    record FloatValue(double value) implements FieldValue {
        /** Checks that the number is finite: line protocol knows neither infinity nor NaN. */
        public FloatValue {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("value must be finite, was " + value);
            }
        }

        @Override
        public FieldType type() {
            return FieldType.FLOAT;
        }
    }

    /**
     * A signed 64-bit number.
     *
     * @param value any
     */
    record IntegerValue(long value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.INTEGER;
        }
    }

    /**
     * An unsigned 64-bit number.
     *
     * @param bits to be read as unsigned
     */
    record UnsignedValue(long bits) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.UNSIGNED;
        }
    }

    /**
     * A text.
     *
     * @param value any text
     */
    record TextValue(String value) implements FieldValue {
        /** Checks for null. */
        public TextValue {
            Objects.requireNonNull(value, "value is null");
        }

        @Override
        public FieldType type() {
            return FieldType.STRING;
        }
    }

    /**
     * True or false.
     *
     * @param value which
     */
    record BooleanValue(boolean value) implements FieldValue {
        @Override
        public FieldType type() {
            return FieldType.BOOLEAN;
        }
    }
}
