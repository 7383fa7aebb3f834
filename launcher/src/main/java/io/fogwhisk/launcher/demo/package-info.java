/** Simulated sensors, the ledger of what they were promised, and the proof that nothing was lost. */
@NullMarked
package io.fogwhisk.launcher.demo;

import org.jspecify.annotations.NullMarked;
