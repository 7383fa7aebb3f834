/** Line protocol, parsed and printed exactly. */
@NullMarked
package io.fogwhisk.influx.line;

import org.jspecify.annotations.NullMarked;
