/** Forwards a lambda one hop, without ever blocking a thread, and learns from the answer. */
@NullMarked
package io.fogwhisk.edge.router;

import org.jspecify.annotations.NullMarked;
