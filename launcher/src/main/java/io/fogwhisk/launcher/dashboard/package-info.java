/** The web page that shows the pipeline as it runs. */
@NullMarked
package io.fogwhisk.launcher.dashboard;

import org.jspecify.annotations.NullMarked;
