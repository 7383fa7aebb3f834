/** Serves a catalogue as databases that CouchDB's clients read: numbered revisions of documents, kept in a log, over HTTP. */
@NullMarked
package io.fogwhisk.lean.couch;

import org.jspecify.annotations.NullMarked;
