/** The contract of actions that run in the JVM of the OpenWhisk that invokes them. */
@NullMarked
package io.fogwhisk.wsk.action;

import org.jspecify.annotations.NullMarked;
