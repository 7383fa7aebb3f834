/** The contract between the parts whose declarations make up a catalogue and those that carry it from the centre to the sites. */
@NullMarked
package io.fogwhisk.wsk.catalog;

import org.jspecify.annotations.NullMarked;
