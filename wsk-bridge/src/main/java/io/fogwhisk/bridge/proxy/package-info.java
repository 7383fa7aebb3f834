/** {@code wskproxy}: the OpenWhisk REST API in front of an edge domain. */
@NullMarked
package io.fogwhisk.bridge.proxy;

import org.jspecify.annotations.NullMarked;
