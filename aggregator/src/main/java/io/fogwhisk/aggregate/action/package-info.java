/** The actions users deploy: {@code addReadingToDb} and {@code aggregatesAction}. */
@NullMarked
package io.fogwhisk.aggregate.action;

import org.jspecify.annotations.NullMarked;
