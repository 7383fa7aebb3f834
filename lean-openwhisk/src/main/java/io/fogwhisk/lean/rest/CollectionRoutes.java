package io.fogwhisk.lean.rest;

/** The routes of one collection of a namespace, such as {@code actions}. */
@FunctionalInterface
interface CollectionRoutes {

    /**
     * Answers a request.
     *
     * @throws io.fogwhisk.lean.store.LeanException to refuse it
     */
    void handle(Exchange exchange);
}
