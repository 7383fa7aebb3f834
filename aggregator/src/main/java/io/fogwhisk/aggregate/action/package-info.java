/** The actions users deploy: addReadingToDb, aggregatesAction. */
@NullMarked
package io.fogwhisk.aggregate.action;

import org.jspecify.annotations.NullMarked;
