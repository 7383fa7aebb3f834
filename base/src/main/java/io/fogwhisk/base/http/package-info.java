/** One HTTP server per process, with a port per role. */
@NullMarked
package io.fogwhisk.base.http;

import org.jspecify.annotations.NullMarked;
