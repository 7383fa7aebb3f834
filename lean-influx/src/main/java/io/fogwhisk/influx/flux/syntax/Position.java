package io.fogwhisk.influx.flux.syntax;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;

/**
 * A place in a script.
 *
 * @param line from 1
 * @param column from 1
 */
public record Position(int line, int column) {

    /** A script that is wrong at this place. */
    public InfluxException error(String message) {
        return error(ErrorCode.INVALID, message);
    }

    public InfluxException error(ErrorCode code, String message) {
        return new InfluxException(code, "error @" + line + ":" + column + ": " + message);
    }
}
