/** Starts services in order, stops them in reverse. */
@NullMarked
package io.fogwhisk.base.lifecycle;

import org.jspecify.annotations.NullMarked;
