package io.fogwhisk.lean.identity;

import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.EntityName;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.UUID;

/**
 * One namespace as the identities file keeps it. Its text form hides the key.
 *
 * @param subject whom it belongs to, not empty
 * @param namespace its name
 * @param key of the namespace
 * @param limits those that were set
 */
public record NamespaceEntry(String subject, String namespace, AuthKey key, LimitSettings limits) {

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int SECRET_LENGTH = 64;
    private static final int MAX_SUBJECT = 256;

    /** Checks for null, the name and the subject. */
    public NamespaceEntry {
        Objects.requireNonNull(subject, "subject is null");
        EntityName.checked(namespace);
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(limits, "limits is null");
        if (subject.isBlank() || subject.length() > MAX_SUBJECT) {
            throw new IllegalArgumentException("a subject must have 1 to " + MAX_SUBJECT + " characters");
        }
    }

    /** A key that nobody can guess. */
    public static AuthKey randomKey() {
        SecureRandom random = new SecureRandom();
        StringBuilder secret = new StringBuilder(SECRET_LENGTH);
        for (int i = 0; i < SECRET_LENGTH; i++) {
            secret.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return new AuthKey(UUID.randomUUID(), secret.toString());
    }

    /** The same namespace with another key. */
    public NamespaceEntry withKey(AuthKey other) {
        return new NamespaceEntry(subject, namespace, other, limits);
    }

    /** The same namespace with other limits. */
    public NamespaceEntry withLimits(LimitSettings other) {
        return new NamespaceEntry(subject, namespace, key, other);
    }

    Identity identity(NamespaceLimits defaults) {
        return new Identity(subject, namespace, key, limits.over(defaults));
    }
}
