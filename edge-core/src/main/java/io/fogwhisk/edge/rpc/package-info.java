/** The gRPC contract between edge nodes, wire compatible with ServerlessOnEdge, and its mapping to records. */
@NullMarked
package io.fogwhisk.edge.rpc;

import org.jspecify.annotations.NullMarked;
