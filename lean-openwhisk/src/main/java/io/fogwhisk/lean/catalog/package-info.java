/** The entities and identities of an OpenWhisk as the documents of a catalogue. */
@NullMarked
package io.fogwhisk.lean.catalog;

import org.jspecify.annotations.NullMarked;
