/** How calls to an OpenWhisk and their outcomes are written as lambdas. */
@NullMarked
package io.fogwhisk.bridge.wire;

import org.jspecify.annotations.NullMarked;
