/** Holds accepted invocations, durably and bounded, until their activation is stored in the same file. */
@NullMarked
package io.fogwhisk.lean.queue;

import org.jspecify.annotations.NullMarked;
