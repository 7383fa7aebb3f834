/** Serves the REST API that {@code wsk} and the SDKs speak. */
@NullMarked
package io.fogwhisk.lean.rest;

import org.jspecify.annotations.NullMarked;
