/** Starts, feeds and stops what runs action code: Node.js, Python, user jars, containers and other executables. */
@NullMarked
package io.fogwhisk.lean.runtime;

import org.jspecify.annotations.NullMarked;
