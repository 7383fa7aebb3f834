package io.fogwhisk.influx.flux;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;

/**
 * A place in a script.
 *
 * @param line from 1
 * @param column from 1
 */
record Position(int line, int column) {

    /** A script that is wrong at this place. */
    InfluxException error(String message) {
        return error(ErrorCode.INVALID, message);
    }

    InfluxException error(ErrorCode code, String message) {
        return new InfluxException(code, "error @" + line + ":" + column + ": " + message);
    }
}
