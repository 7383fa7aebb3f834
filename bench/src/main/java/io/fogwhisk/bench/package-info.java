/** Speed, measured: load generators for the whole street and for the OpenWhisk, and the time to start. */
@NullMarked
package io.fogwhisk.bench;

import org.jspecify.annotations.NullMarked;
