package io.fogwhisk.influx.flux.expr;

/** A function. */
public non-sealed interface FunctionValue extends Value {

    /**
     * Calls it.
     *
     * @throws io.fogwhisk.influx.InfluxException if an argument does not fit
     */
    Value call(Arguments arguments);

    @Override
    default String described() {
        return "a function";
    }
}
