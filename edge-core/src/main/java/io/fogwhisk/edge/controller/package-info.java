/** Learns which computers and routers exist, keeps their leases, tells each router what it must know. */
@NullMarked
package io.fogwhisk.edge.controller;

import org.jspecify.annotations.NullMarked;
