/** Clients of the edge domain: load generators that send lambdas at planned times and measure them; the table client. */
@NullMarked
package io.fogwhisk.edge.client;

import org.jspecify.annotations.NullMarked;
