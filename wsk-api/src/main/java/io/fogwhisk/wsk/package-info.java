/** The contract "an OpenWhisk": fire a trigger, invoke an action; outcomes are values. */
@NullMarked
package io.fogwhisk.wsk;

import org.jspecify.annotations.NullMarked;
