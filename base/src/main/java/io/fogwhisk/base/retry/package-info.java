/** Decides how long to wait before the next attempt. */
@NullMarked
package io.fogwhisk.base.retry;

import org.jspecify.annotations.NullMarked;
