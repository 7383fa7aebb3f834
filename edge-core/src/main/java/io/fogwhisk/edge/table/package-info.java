/** Which destinations can run a lambda and at which weight; the only mutable routing state. */
@NullMarked
package io.fogwhisk.edge.table;

import org.jspecify.annotations.NullMarked;
