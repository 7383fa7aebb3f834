/** The feed provider: MQTT messages and alarms fire triggers of an OpenWhisk. */
@NullMarked
package io.fogwhisk.feed;

import org.jspecify.annotations.NullMarked;
