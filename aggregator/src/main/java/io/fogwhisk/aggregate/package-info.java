/** Stores readings, and ships their aggregates to the centre: the stage behind the rule. */
@NullMarked
package io.fogwhisk.aggregate;

import org.jspecify.annotations.NullMarked;
