package io.fogwhisk.influx.flux.type;

/** What an operation demands of a type that may be one of several. */
enum Constraint {
    ADDABLE("Addable"),
    SUBTRACTABLE("Subtractable"),
    DIVISIBLE("Divisible"),
    NUMERIC("Numeric"),
    COMPARABLE("Comparable"),
    EQUATABLE("Equatable"),
    NEGATABLE("Negatable"),
    TIMEABLE("Timeable"),
    STRINGABLE("Stringable"),
    RECORD("Record");

    private final String text;

    Constraint(String text) {
        this.text = text;
    }

    /** The name that Flux gives it. */
    String text() {
        return text;
    }

    /** Whether a type, which is no variable, satisfies it. */
    boolean holds(Type type) {
        if (type instanceof Type.Basic basic) {
            return basic(basic);
        }
        boolean record = type instanceof Type.Field || type instanceof Type.Empty;
        return switch (this) {
            case RECORD -> record;
            case EQUATABLE -> record || type instanceof Type.Array || type instanceof Type.Dictionary;
            default -> false;
        };
    }

    private boolean basic(Type.Basic type) {
        boolean number = type == Type.Basic.INT || type == Type.Basic.UINT || type == Type.Basic.FLOAT;
        boolean time = type == Type.Basic.TIME || type == Type.Basic.DURATION;
        return switch (this) {
            case ADDABLE -> number || type == Type.Basic.STRING;
            case SUBTRACTABLE, DIVISIBLE, NUMERIC -> number;
            case COMPARABLE -> number || time || type == Type.Basic.STRING;
            case EQUATABLE -> type != Type.Basic.REGEXP;
            case NEGATABLE -> number || type == Type.Basic.DURATION;
            case TIMEABLE -> time;
            case STRINGABLE -> type != Type.Basic.REGEXP && type != Type.Basic.BYTES;
            case RECORD -> false;
        };
    }
}
