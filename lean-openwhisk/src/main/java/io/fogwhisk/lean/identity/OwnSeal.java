package io.fogwhisk.lean.identity;

import io.fogwhisk.lean.store.LeanException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Protects secrets that a site keeps for itself, under its {@code site.key}, so that it can read them whatever becomes of
 * the token with which they came. Thread-safe.
 */
public final class OwnSeal {

    private final Path file;
    private @Nullable SiteKey key;

    /**
     * A seal; the key is read when it is first needed, and made when there is none and something is to be sealed.
     *
     * @param dataFolder of the site
     */
    public OwnSeal(Path dataFolder) {
        file = Objects.requireNonNull(dataFolder, "dataFolder is null").resolve("site.key");
    }

    /**
     * Encrypts a secret.
     *
     * @param owner what it belongs to; it opens for no other
     * @return base64, another one at each call
     * @throws LeanException if the key can't be read or made
     */
    public String seal(String secret, String owner) {
        return key(true).seal(secret, owner);
    }

    /**
     * Decrypts what {@link #seal} returned.
     *
     * @throws LeanException if it was sealed under another key or for another owner, or was changed, or the key can't be
     *     read
     */
    public String open(String sealed, String owner) {
        return key(false).open(sealed, owner);
    }

    private synchronized SiteKey key(boolean make) {
        SiteKey known = key;
        if (known == null) {
            known = make ? SiteKey.readOrMake(file) : SiteKey.read(file);
            key = known;
        }
        return known;
    }
}
