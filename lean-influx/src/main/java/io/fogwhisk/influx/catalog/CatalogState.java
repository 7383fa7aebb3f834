package io.fogwhisk.influx.catalog;

import java.util.List;

/** Everything in the catalogue at one moment, oldest first. */
record CatalogState(Organization organization, List<Bucket> buckets, List<Authorization> authorizations) {

    CatalogState {
        buckets = List.copyOf(buckets);
        authorizations = List.copyOf(authorizations);
    }

    CatalogState withBuckets(List<Bucket> changed) {
        return new CatalogState(organization, changed, authorizations);
    }

    CatalogState withAuthorizations(List<Authorization> changed) {
        return new CatalogState(organization, buckets, changed);
    }
}
