/** Holds points for a database that is away: readings for the local one, aggregates for the centre; delivers each once, across any outage. */
@NullMarked
package io.fogwhisk.aggregate.outbox;

import org.jspecify.annotations.NullMarked;
