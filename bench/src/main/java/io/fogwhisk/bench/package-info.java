/** Speed, measured: one load generator for the whole street. */
@NullMarked
package io.fogwhisk.bench;

import org.jspecify.annotations.NullMarked;
