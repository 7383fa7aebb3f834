package io.fogwhisk.launcher.site;

import io.fogwhisk.base.config.ConfigNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Whether a site serves the catalogue, or follows one.
 *
 * @param serve whether others can follow what is declared here
 * @param feeds whether the feeds that are declared here run here, too
 * @param shareTokens whether what is declared at the centre may name the tokens of this site's databases
 * @param sites the tokens of sites that may follow what is served here, beside those of {@code fogwhisk sites add}
 * @param upstream the catalogue to follow; empty for none
 */
public record CatalogConfig(
        boolean serve, boolean feeds, boolean shareTokens, NamedTokens sites, Optional<Upstream> upstream) {

    /** A site on its own: it serves and follows nothing. */
    public static final CatalogConfig NONE = new CatalogConfig(false, true, true, NamedTokens.NONE, Optional.empty());

    /** The names of the databases in the form that a site knows them, in the order in which they are followed. */
    static final List<String> DATABASES = List.of("subjects", "whisks", "topic_listeners", "alarmservice");

    /** Secrets are sealed under it: fewer random bits could be guessed. */
    private static final Pattern SITE_TOKEN = Pattern.compile("fwt_[A-Za-z0-9_-]{43}");

    /**
     * A CouchDB to follow.
     *
     * @param url {@code http(s)://host:port[/path]}, without user and password
     * @param user of that; by default the id of the site
     * @param password of that, a secret: the site's token where the centre is a FogWhisk; empty for none
     * @param databases what each database is called there
     * @param namespaces those to follow; empty for all
     * @param keysValid for how long keys that came from there open doors without contact; empty for ever
     * @param authority a certificate that signed the server's, PEM; empty for those that Java trusts
     */
    public record Upstream(
            URI url,
            Optional<String> user,
            Optional<String> password,
            Map<String, String> databases,
            Set<String> namespaces,
            Optional<Duration> keysValid,
            Optional<Path> authority) {

        /** Copies the collections. */
        public Upstream {
            databases = Map.copyOf(databases);
            namespaces = Set.copyOf(namespaces);
        }

        @Override
        public String toString() {
            return "Upstream[url=" + url + ", user=" + user + ", password=***]";
        }
    }

    static CatalogConfig read(ConfigNode root, boolean central, boolean ownOpenWhisk) {
        ConfigNode node = root.section("catalog");
        boolean feeds = root.section("site").flag("feeds", !central);
        boolean serve = node.flag("serve", central);
        boolean share = node.flag("share-tokens", true);
        NamedTokens sites = NamedTokens.read(node, "sites");
        sites.byName().forEach((site, token) -> {
            if (!SITE_TOKEN.matcher(token).matches()) {
                node.fault(
                        "sites",
                        "has a token for " + site + " that is not fwt_ and 43 letters, digits, dashes and underscores:"
                                + " 32 random bytes in base64url");
            }
        });
        if (!serve && !sites.byName().isEmpty()) {
            node.fault("sites", "is for the centre, or a site with catalog.serve");
        }
        Optional<Upstream> upstream = upstream(node);
        if (serve && upstream.isPresent()) {
            node.fault("url", "is for sites: this one serves the catalogue itself (catalog.serve)");
        }
        if (!feeds && upstream.isPresent()) {
            node.fault(
                    "url", "is for sites that run feeds, and site.feeds is false (as it is by default at the centre)");
        }
        if (!ownOpenWhisk && (serve || upstream.isPresent())) {
            node.fault(
                    serve ? "serve" : "url",
                    "needs an OpenWhisk of the site's own, and openwhisk.api-host names another");
        }
        return new CatalogConfig(serve, feeds, share, sites, upstream);
    }

    /** The same for a process that neither serves nor follows: another one of the site does. */
    CatalogConfig unused() {
        return new CatalogConfig(false, feeds, shareTokens, NamedTokens.NONE, Optional.empty());
    }

    private static Optional<Upstream> upstream(ConfigNode node) {
        Optional<URI> given = node.secret("url", Optional.<URI>empty(), text -> Optional.of(url(text)));
        Optional<String> user = node.text("user");
        Optional<String> token = node.text("token").or(() -> node.text("password"));
        Map<String, String> databases = new TreeMap<>();
        ConfigNode names = node.section("databases");
        for (String database : DATABASES) {
            String key = database.replace('_', '-');
            databases.put(database, names.value(key, database, CatalogConfig::database));
        }
        Set<String> namespaces = Set.copyOf(node.texts("namespaces"));
        Optional<Duration> keysValid = node.value("keys-valid", Optional.empty(), CatalogConfig::keysValid);
        Optional<Path> authority = node.value("authority", Optional.<Path>empty(), text -> Optional.of(Path.of(text)));
        return given.map(url -> {
            Optional<String[]> inUrl = Optional.ofNullable(url.getUserInfo()).map(info -> info.split(":", 2));
            return new Upstream(
                    plain(url),
                    user.or(() -> inUrl.map(parts -> parts[0])),
                    token.or(() -> inUrl.filter(parts -> parts.length == 2).map(parts -> parts[1])),
                    databases,
                    namespaces,
                    keysValid,
                    authority);
        });
    }

    private static URI url(String text) {
        URI url = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException("must be the address of a catalogue: http(s)://host:port");
        }
        return url;
    }

    private static URI plain(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return URI.create(url.getScheme() + "://" + url.getHost() + port + url.getRawPath());
    }

    private static String database(String text) {
        if (!text.matches("[a-z][a-z0-9_$()+/-]*")) {
            throw new IllegalArgumentException("must be the name of a CouchDB database");
        }
        return text;
    }

    private static Optional<Duration> keysValid(String text) {
        if (text.equals("ever")) {
            return Optional.empty();
        }
        Duration time = ConfigNode.parseDuration(text);
        if (time.toSeconds() < 1) {
            throw new IllegalArgumentException("must be ever, or at least 1s");
        }
        return Optional.of(time);
    }
}
