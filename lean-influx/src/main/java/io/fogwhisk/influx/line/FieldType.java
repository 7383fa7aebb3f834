package io.fogwhisk.influx.line;

/** The types of fields. */
public enum FieldType {
    /** 64-bit floating point. */
    FLOAT("float", 0),
    /** Signed 64-bit. */
    INTEGER("integer", 1),
    /** Unsigned 64-bit. */
    UNSIGNED("unsigned", 2),
    /** Text. */
    STRING("string", 3),
    /** True or false. */
    BOOLEAN("boolean", 4);

    private final String text;
    private final int number;

    FieldType(String text, int number) {
        this.text = text;
        this.number = number;
    }

    /**
     * The type with a {@link #number}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static FieldType of(int number) {
        return switch (number) {
            case 0 -> FLOAT;
            case 1 -> INTEGER;
            case 2 -> UNSIGNED;
            case 3 -> STRING;
            case 4 -> BOOLEAN;
            default -> throw new IllegalArgumentException("no field type has number " + number);
        };
    }

    /** How database files call it; never changes. */
    public int number() {
        return number;
    }

    /** The name that error messages use. */
    public String text() {
        return text;
    }
}
