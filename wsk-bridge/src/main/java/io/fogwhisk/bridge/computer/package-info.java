/** {@code edgecomputerwsk}: an edge computer whose executor is an OpenWhisk. */
@NullMarked
package io.fogwhisk.bridge.computer;

import org.jspecify.annotations.NullMarked;
