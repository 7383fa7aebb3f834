/** Subscribes to brokers (HiveMQ client, or Paho) and hands each message on; acknowledges last. */
@NullMarked
package io.fogwhisk.feed.mqtt;

import org.jspecify.annotations.NullMarked;
