/** The roles of an edge domain as subcommands of their own, with the options of ServerlessOnEdge. */
@NullMarked
package io.fogwhisk.launcher.edge;

import org.jspecify.annotations.NullMarked;
