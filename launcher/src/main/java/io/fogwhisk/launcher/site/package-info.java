/** Composes one data centre's stack from its configuration. */
@NullMarked
package io.fogwhisk.launcher.site;

import org.jspecify.annotations.NullMarked;
