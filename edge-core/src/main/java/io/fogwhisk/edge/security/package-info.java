/** Who may speak to whom: mutual TLS, and who may announce. */
@NullMarked
package io.fogwhisk.edge.security;

import org.jspecify.annotations.NullMarked;
