/** Learns which computers and routers exist, keeps their leases, tells each what it must know. */
@NullMarked
package io.fogwhisk.edge.controller;

import org.jspecify.annotations.NullMarked;
