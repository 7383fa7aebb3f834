/** Runs the controller, tables and policies of a large edge domain on virtual time, and counts. */
@NullMarked
package io.fogwhisk.edge.sim;

import org.jspecify.annotations.NullMarked;
