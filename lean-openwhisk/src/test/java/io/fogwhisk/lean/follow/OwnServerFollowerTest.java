package io.fogwhisk.lean.follow;

import java.nio.file.Path;

/** A site follows the catalogue's own server. */
class OwnServerFollowerTest extends FollowerContract {

    @Override
    UpstreamCatalog upstream(Path data) {
        return new OwnCatalogServer(data);
    }
}
