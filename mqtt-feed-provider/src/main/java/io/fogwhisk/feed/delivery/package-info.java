/** Takes messages to their triggers: alone or in batches, in order if asked for, until each is settled. */
@NullMarked
package io.fogwhisk.feed.delivery;

import org.jspecify.annotations.NullMarked;
