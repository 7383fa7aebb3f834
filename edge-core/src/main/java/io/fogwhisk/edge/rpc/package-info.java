/**
 * The gRPC contract between edge nodes, wire compatible with ServerlessOnEdge; its mapping to records; its transport.
 */
@NullMarked
package io.fogwhisk.edge.rpc;

import org.jspecify.annotations.NullMarked;
