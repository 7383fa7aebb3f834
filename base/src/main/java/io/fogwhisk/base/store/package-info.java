/**
 * The one embedded database (SQLite): opens a file, migrates it, and commits many callers' writes as one durable group.
 */
@NullMarked
package io.fogwhisk.base.store;

import org.jspecify.annotations.NullMarked;
