/** The provider's HTTP API, which a feed action calls. */
@NullMarked
package io.fogwhisk.feed.rest;

import org.jspecify.annotations.NullMarked;
