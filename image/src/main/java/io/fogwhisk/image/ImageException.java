package io.fogwhisk.image;

/** The image cannot be made; the message says what is missing or went wrong. */
public final class ImageException extends RuntimeException {

    /** A reason that needs no cause. */
    public ImageException(String message) {
        super(message);
    }

    /** A reason with what caused it. */
    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
