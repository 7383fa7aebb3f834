/** Runs a lambda behind {@code LambdaExecutor} and tells the controller which lambdas it can run. */
@NullMarked
package io.fogwhisk.edge.computer;

import org.jspecify.annotations.NullMarked;
