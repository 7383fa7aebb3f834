/** Tells an ETSI MEC proxy for the life cycle of applications which computers the clients of a domain are to use. */
@NullMarked
package io.fogwhisk.edge.etsi;

import org.jspecify.annotations.NullMarked;
