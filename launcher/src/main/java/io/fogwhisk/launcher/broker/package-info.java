/** The embedded MQTT broker. */
@NullMarked
package io.fogwhisk.launcher.broker;

import org.jspecify.annotations.NullMarked;
