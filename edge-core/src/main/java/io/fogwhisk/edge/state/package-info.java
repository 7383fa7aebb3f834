/** Keeps the states of stateful functions, and moves them to where a function runs. */
@NullMarked
package io.fogwhisk.edge.state;

import org.jspecify.annotations.NullMarked;
