/** The OpenWhisk values every module exchanges: names, parameters, triggers, rules, actions, activations. */
@NullMarked
package io.fogwhisk.wsk.model;

import org.jspecify.annotations.NullMarked;
