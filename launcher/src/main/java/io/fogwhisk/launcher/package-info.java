/** The {@code fogwhisk} command: each role as a subcommand, and all of them in one process. */
@NullMarked
package io.fogwhisk.launcher;

import org.jspecify.annotations.NullMarked;
