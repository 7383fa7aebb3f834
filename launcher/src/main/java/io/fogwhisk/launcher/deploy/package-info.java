/** Writes the overlays and secrets of sites on Kubernetes, and tries a whole site on a cluster. */
@NullMarked
package io.fogwhisk.launcher.deploy;

import org.jspecify.annotations.NullMarked;
