/** Speed, measured: a load generator for the whole street, and the time to start. */
@NullMarked
package io.fogwhisk.bench;

import org.jspecify.annotations.NullMarked;
