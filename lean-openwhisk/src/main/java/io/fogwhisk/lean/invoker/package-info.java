/** Takes an invocation, runs its actions, records the activations. */
@NullMarked
package io.fogwhisk.lean.invoker;

import org.jspecify.annotations.NullMarked;
