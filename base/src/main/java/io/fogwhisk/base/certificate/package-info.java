/** Keys and certificates, made with the {@code keytool} that every Java runtime brings. */
@NullMarked
package io.fogwhisk.base.certificate;

import org.jspecify.annotations.NullMarked;
