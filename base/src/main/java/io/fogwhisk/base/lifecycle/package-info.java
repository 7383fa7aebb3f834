/** Starts services in order, stops them in reverse, keeps the process alive in between. */
@NullMarked
package io.fogwhisk.base.lifecycle;

import org.jspecify.annotations.NullMarked;
