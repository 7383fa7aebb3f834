package io.fogwhisk.influx;

/** The error codes of the InfluxDB 2 API that are answered here, each with its HTTP status. */
public enum ErrorCode {
    /** The request is malformed. */
    INVALID("invalid", 400),
    /** The token is missing or wrong. */
    UNAUTHORIZED("unauthorized", 401),
    /** The token does not allow this. */
    FORBIDDEN("forbidden", 403),
    /** The organisation, the bucket or the path does not exist. */
    NOT_FOUND("not found", 404),
    /** The path is there, but not for this verb. */
    METHOD_NOT_ALLOWED("method not allowed", 405),
    /** The body did not come in time. */
    TIMEOUT("request timeout", 408),
    /** The body is larger than what is taken. */
    TOO_LARGE("request too large", 413),
    /** Some points were refused because they contradict what is stored. */
    UNPROCESSABLE("unprocessable entity", 422),
    /** There is one of that name already. */
    CONFLICT("conflict", 422),
    /** This server failed. */
    INTERNAL("internal error", 500),
    /** This server is too busy; the same request may succeed later. */
    UNAVAILABLE("unavailable", 503);

    private final String text;
    private final int status;

    ErrorCode(String text, int status) {
        this.text = text;
        this.status = status;
    }

    /** The {@code code} of the JSON error. */
    public String text() {
        return text;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }
}
