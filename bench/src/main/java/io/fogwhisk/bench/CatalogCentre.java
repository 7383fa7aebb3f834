package io.fogwhisk.bench;

import java.util.concurrent.CompletableFuture;

/** Where declarations are made for the sites that follow it. Thread-safe. */
interface CatalogCentre extends AutoCloseable {

    /** Where sites find the catalogue. */
    String url();

    /** What a site logs in with; empty for nothing. */
    String token(String site);

    /** Declares an action of the namespace guest, or changes it; completes when that is done. */
    CompletableFuture<?> action(String name, String code);

    /** Declares a trigger of the namespace guest; completes when that is done. */
    CompletableFuture<?> trigger(String name, int value);

    @Override
    void close();
}
