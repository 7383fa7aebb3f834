package io.fogwhisk.influx;

import java.util.Objects;

/** A request that cannot be answered; the message is meant for the one who sent it. */
public class InfluxException extends RuntimeException {

    private final ErrorCode code;

    /** A failure found by our own checks. */
    public InfluxException(ErrorCode code, String message) {
        super(message);
        this.code = Objects.requireNonNull(code, "code is null");
    }

    /** A failure with its cause. */
    public InfluxException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code is null");
    }

    /** What kind of failure it is, and so which HTTP status answers it. */
    public ErrorCode code() {
        return code;
    }
}
