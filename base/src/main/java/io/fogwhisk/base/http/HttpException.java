package io.fogwhisk.base.http;

/** The HTTP server could not open a port; the message names the role, the address and what to do. */
public final class HttpException extends RuntimeException {

    /** A failure with its cause. */
    public HttpException(String message, Throwable cause) {
        super(message, cause);
    }
}
