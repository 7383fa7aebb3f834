/** Feeds as documents of a catalogue: recorded at the centre, followed by the sites. */
@NullMarked
package io.fogwhisk.feed.catalog;

import org.jspecify.annotations.NullMarked;
