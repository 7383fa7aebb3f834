/** What a site puts in the place of, or beside, the parameters that were declared at the centre; and where each value came from. */
@NullMarked
package io.fogwhisk.lean.parameters;

import org.jspecify.annotations.NullMarked;
