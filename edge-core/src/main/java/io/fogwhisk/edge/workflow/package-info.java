/** Chains and graphs of functions: what they are, their files, and how they travel in a request. */
@NullMarked
package io.fogwhisk.edge.workflow;

import org.jspecify.annotations.NullMarked;
