/** The packages {@code utils} and {@code samples} that OpenWhisk's documentation and test suites use. */
@NullMarked
package io.fogwhisk.lean.system;

import org.jspecify.annotations.NullMarked;
