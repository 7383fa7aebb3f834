/** Simulates the processors, memory and containers of a computer, and says how busy they are. */
@NullMarked
package io.fogwhisk.edge.processor;

import org.jspecify.annotations.NullMarked;
