/** The subcommands: one class each. */
@NullMarked
package io.fogwhisk.launcher.command;

import org.jspecify.annotations.NullMarked;
