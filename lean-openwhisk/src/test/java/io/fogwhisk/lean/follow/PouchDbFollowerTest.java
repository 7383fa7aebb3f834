package io.fogwhisk.lean.follow;

import java.nio.file.Path;

/** A site follows a server of the PouchDB project. */
class PouchDbFollowerTest extends FollowerContract {

    @Override
    UpstreamCatalog upstream(Path data) {
        return new PouchDbServer(data);
    }
}
