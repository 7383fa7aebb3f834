package io.fogwhisk.bench;

/** A measurement could not be made; the message says what to do about it. */
final class BenchException extends RuntimeException {

    BenchException(String message) {
        super(message);
    }

    BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
