/** One HTTP server per process, with a port per role; and bounds for what other servers answer. */
@NullMarked
package io.fogwhisk.base.http;

import org.jspecify.annotations.NullMarked;
