/** A sensor reading, and how to read one from a message. */
@NullMarked
package io.fogwhisk.aggregate.reading;

import org.jspecify.annotations.NullMarked;
