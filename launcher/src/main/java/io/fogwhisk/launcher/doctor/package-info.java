/** Examines a site's machine, brokers and OpenWhisk for what would lose data or keep the site from running. */
@NullMarked
package io.fogwhisk.launcher.doctor;

import org.jspecify.annotations.NullMarked;
