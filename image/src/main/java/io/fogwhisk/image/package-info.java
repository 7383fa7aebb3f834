/** Makes the container image of all roles from Debian packages, a cut-down Java runtime and our jars, without an engine. */
@NullMarked
package io.fogwhisk.image;

import org.jspecify.annotations.NullMarked;
