package io.fogwhisk.bridge.proxy;

/** A request that can't be served; thrown and caught within the proxy. */
final class Refusal extends RuntimeException {

    private final int statusCode;

    Refusal(int statusCode, String message) {
        super(message);
        this.statusCode = statusCode;
    }

    int statusCode() {
        return statusCode;
    }
}
