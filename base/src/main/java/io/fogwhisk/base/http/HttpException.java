package io.fogwhisk.base.http;

/** The HTTP server could not open a port or use a certificate; the message names it and says what to do. */
public final class HttpException extends RuntimeException {

    /** A failure found by our own checks. */
    public HttpException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public HttpException(String message, Throwable cause) {
        super(message, cause);
    }
}
