/** Subscribes to brokers (HiveMQ client) and hands each message on; acknowledges last. */
@NullMarked
package io.fogwhisk.feed.mqtt;

import org.jspecify.annotations.NullMarked;
