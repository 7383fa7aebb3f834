/** The OpenWhisk contract whose calls travel as lambdas through the edge domain. */
@NullMarked
package io.fogwhisk.bridge.client;

import org.jspecify.annotations.NullMarked;
