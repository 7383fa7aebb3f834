/** The aggregates of a window of a series; pure. */
@NullMarked
package io.fogwhisk.aggregate.window;

import org.jspecify.annotations.NullMarked;
