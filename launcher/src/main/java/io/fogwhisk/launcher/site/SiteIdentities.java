package io.fogwhisk.launcher.site;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.lean.identity.IdentityFile;
import io.fogwhisk.lean.identity.LimitSettings;
import io.fogwhisk.lean.identity.NamespaceEntry;
import io.fogwhisk.wsk.model.AuthKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The namespaces that every site has, and what keys they get at its first start. */
public final class SiteIdentities {

    /** The namespace of the sample pipeline, and of who just looks around. */
    public static final String GUEST = "guest";

    /** The namespace of the packages that come with OpenWhisk. */
    public static final String SYSTEM = "whisk.system";

    private SiteIdentities() {}

    /** The identities file of a site. */
    public static IdentityFile of(SiteConfig config) {
        return new IdentityFile(config.id(), config.data(), config.openwhisk().limits());
    }

    /**
     * The key that a namespace has at a site, whether the site runs or not: the catalogue's where it has one, or else the
     * site's own. Empty if there is no such namespace.
     */
    public static Optional<AuthKey> key(SiteConfig config, String namespace) {
        return FollowedCatalogue.key(config, namespace)
                .or(() -> of(config).entries().stream()
                        .filter(entry -> entry.namespace().equals(namespace))
                        .map(NamespaceEntry::key)
                        .findFirst());
    }

    /** Whether everybody knows a key. */
    public static boolean isWellKnown(AuthKey key) {
        return key.equals(AuthKey.GUEST) || key.equals(AuthKey.SYSTEM);
    }

    /** The identities as a service that brings them to what the configuration says before they are used. */
    static Service prepared(IdentityFile file, SiteConfig config) {
        return new Service() {
            @Override
            public void start() {
                prepare(file, config);
                file.start();
            }

            @Override
            public void close() {
                file.close();
            }
        };
    }

    /**
     * Brings the file to what the configuration says: at the first start both namespaces, later the key of the guest if
     * it is configured.
     *
     * @throws ConfigException if others than this machine could connect with a key that everybody knows
     */
    private static void prepare(IdentityFile file, SiteConfig config) {
        boolean wellKnownAllowed = config.openwhisk().allowWellKnownKeys() || config.loopback();
        file.edit(before -> {
            List<NamespaceEntry> after = new ArrayList<>(before);
            boolean firstStart = find(before, SYSTEM).isEmpty();
            if (firstStart) {
                after.add(entry(SYSTEM, NamespaceEntry.randomKey()));
            }
            Optional<NamespaceEntry> guest = find(before, GUEST);
            Optional<AuthKey> configured = config.openwhisk().auth();
            if (guest.isPresent()) {
                configured.ifPresent(
                        key -> after.set(after.indexOf(guest.get()), guest.get().withKey(key)));
            } else if (firstStart || configured.isPresent()) {
                after.add(entry(
                        GUEST,
                        configured.orElseGet(() -> wellKnownAllowed ? AuthKey.GUEST : NamespaceEntry.randomKey())));
            }
            if (!wellKnownAllowed) {
                after.forEach(entry -> refuseWellKnown(entry, config));
            }
            return after;
        });
    }

    private static void refuseWellKnown(NamespaceEntry entry, SiteConfig config) {
        if (isWellKnown(entry.key())) {
            throw new ConfigException(List.of("site.host is " + config.host() + ", but the key of the namespace "
                    + entry.namespace() + " is the well-known one, with which anybody who can connect may run code."
                    + " Give it another ("
                    + (config.openwhisk().auth().isPresent()
                                    && entry.namespace().equals(GUEST)
                            ? "change openwhisk.auth"
                            : "fogwhisk namespace rotate " + entry.namespace())
                    + "), or set openwhisk.allow-well-known-keys: true"));
        }
    }

    private static Optional<NamespaceEntry> find(List<NamespaceEntry> entries, String namespace) {
        return entries.stream()
                .filter(entry -> entry.namespace().equals(namespace))
                .findFirst();
    }

    private static NamespaceEntry entry(String namespace, AuthKey key) {
        return new NamespaceEntry(namespace, namespace, key, LimitSettings.NONE);
    }
}
