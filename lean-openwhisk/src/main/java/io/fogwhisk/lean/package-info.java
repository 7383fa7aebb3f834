/** OpenWhisk in one process: composes the REST API, the entities, the durable queue and the invoker. */
@NullMarked
package io.fogwhisk.lean;

import org.jspecify.annotations.NullMarked;
