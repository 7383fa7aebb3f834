/** The contract "an OpenWhisk" over REST, against lean or Apache OpenWhisk, and the requests that declare entities. */
@NullMarked
package io.fogwhisk.wsk.client;

import org.jspecify.annotations.NullMarked;
