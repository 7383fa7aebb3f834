/** Decides how long to wait before the next attempt, on an injected clock. */
@NullMarked
package io.fogwhisk.base.retry;

import org.jspecify.annotations.NullMarked;
