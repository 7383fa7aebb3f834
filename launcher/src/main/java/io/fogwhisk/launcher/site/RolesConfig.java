package io.fogwhisk.launcher.site;

import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.feed.registry.Broker;
import java.net.URI;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which parts of the site this process runs, and where two of those are that it leaves to others; where the rest is, other
 * keys say.
 *
 * @param run the parts
 * @param feedsUrl where feed actions find the feed provider; empty for that of this process
 * @param router {@code host:port} of the router that feeds fire through when this process has no edge domain of its own;
 *     empty for none
 */
public record RolesConfig(Set<SiteRole> run, Optional<String> feedsUrl, Optional<String> router) {

    /** A process that runs the whole site. */
    public static final RolesConfig ALL =
            new RolesConfig(EnumSet.allOf(SiteRole.class), Optional.empty(), Optional.empty());

    private static final Pattern ENDPOINT = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:/\\[\\]]+):(\\d{1,5})");
    private static final String TOGETHER =
            "needs openwhisk and feeds in one process, and site.roles has only one of them";
    private static final int MAX_PORT = 65_535;

    /** Checks for null and copies the set. */
    public RolesConfig {
        run = Set.copyOf(run);
        Objects.requireNonNull(feedsUrl, "feedsUrl is null");
        Objects.requireNonNull(router, "router is null");
    }

    /** Whether this process runs a part. */
    public boolean runs(SiteRole role) {
        return run.contains(role);
    }

    /** Whether it runs the way of a reading: from the feed to the action, or a part of that. */
    public boolean runsStreet() {
        return runs(SiteRole.OPENWHISK) || runs(SiteRole.FEEDS);
    }

    /** This without some parts. */
    public RolesConfig without(SiteRole... roles) {
        Set<SiteRole> left = EnumSet.noneOf(SiteRole.class);
        left.addAll(run);
        left.removeAll(Set.of(roles));
        return new RolesConfig(left, feedsUrl, router);
    }

    /** The roles that {@code site.roles} names; empty if it says nothing. */
    static Optional<Set<SiteRole>> named(ConfigNode site) {
        if (!site.has("roles")) {
            return Optional.empty();
        }
        Set<SiteRole> named = EnumSet.noneOf(SiteRole.class);
        boolean known = true;
        for (String text : site.texts("roles")) {
            Optional<SiteRole> role = SiteRole.of(text);
            role.ifPresent(named::add);
            if (role.isEmpty()) {
                known = false;
                site.fault("roles", "must be a list of " + SiteRole.all() + ", was '" + text + "'");
            }
        }
        if (known && named.isEmpty()) {
            site.fault("roles", "must name at least one of " + SiteRole.all() + ", or be left out for all");
        }
        return known && !named.isEmpty() ? Optional.of(named) : Optional.empty();
    }

    /** What other keys say that roles depend on. */
    record Given(
            Optional<Broker> broker,
            OpenWhiskConfig openwhisk,
            InfluxTarget local,
            InfluxTarget centre,
            CatalogConfig catalog) {}

    /**
     * The parts of this process, and the addresses that are read with them.
     *
     * @param named what {@link #named} found; without, everything runs for which no other place is given
     */
    static RolesConfig read(ConfigNode root, Optional<Set<SiteRole>> named, Given given) {
        Optional<String> feedsUrl =
                root.section("feeds").value("url", Optional.<String>empty(), text -> Optional.of(checkedUrl(text)));
        Optional<String> router = root.section("edge")
                .value("router", Optional.<String>empty(), text -> Optional.of(checkedEndpoint(text)));
        Set<SiteRole> run = named.orElseGet(() -> byDefault(given, router.isPresent()));
        boolean ownFeeds = named.filter(each -> each.contains(SiteRole.FEEDS)).isPresent();
        RolesConfig roles = new RolesConfig(
                run, ownFeeds ? Optional.empty() : feedsUrl, run.contains(SiteRole.EDGE) ? Optional.empty() : router);
        if (named.isPresent()) {
            roles.check(root, given);
        }
        return roles;
    }

    private static Set<SiteRole> byDefault(Given given, boolean router) {
        Set<SiteRole> run = EnumSet.allOf(SiteRole.class);
        if (given.broker.isPresent() || !given.catalog.feeds()) {
            run.remove(SiteRole.BROKER);
        }
        if (given.openwhisk.apiHost().isPresent()) {
            run.remove(SiteRole.OPENWHISK);
            run.remove(SiteRole.EDGE);
        } else if (!given.catalog.feeds() && !given.catalog.serve()) {
            run.remove(SiteRole.FEEDS);
        }
        if (router || !given.catalog.feeds()) {
            run.remove(SiteRole.EDGE);
        }
        return run;
    }

    /** Reports what this process would have to know of the parts that it leaves to others. */
    private void check(ConfigNode root, Given given) {
        boolean feeds = runs(SiteRole.FEEDS);
        boolean openwhisk = runs(SiteRole.OPENWHISK);
        if (feeds && given.catalog.feeds() && !runs(SiteRole.BROKER) && given.broker.isEmpty()) {
            missing(root.section("mqtt"), "url", SiteRole.BROKER);
        }
        if (openwhisk && !runs(SiteRole.INFLUX)) {
            ConfigNode influx = root.section("influx");
            if (given.local.url().isEmpty()) {
                missing(influx.section("local"), "url", SiteRole.INFLUX);
            }
            if (given.centre.url().isEmpty()) {
                missing(influx.section("central"), "url", SiteRole.INFLUX);
            }
        }
        if (feeds && !openwhisk && given.openwhisk.apiHost().isEmpty()) {
            missing(root.section("openwhisk"), "api-host", SiteRole.OPENWHISK);
        }
        if (openwhisk && !feeds && feedsUrl.isEmpty()) {
            missing(root.section("feeds"), "url", SiteRole.FEEDS);
        }
        if (runs(SiteRole.EDGE) && !openwhisk) {
            root.section("site")
                    .fault(
                            "roles",
                            "has edge without openwhisk, which it stands in front of: run edge-controller,"
                                    + " edge-router and edgecomputerwsk instead, and name the router (edge.router)");
        }
        if (openwhisk != feeds && given.catalog.upstream().isPresent()) {
            root.section("catalog").fault("url", TOGETHER);
        }
        if (openwhisk != feeds && given.catalog.serve()) {
            root.section("catalog").fault("serve", TOGETHER + " (or is false)");
        }
    }

    private static void missing(ConfigNode section, String key, SiteRole role) {
        section.fault(
                key,
                "is needed, since site.roles leaves " + role + " to another process: say where that is to be found");
    }

    private static String checkedEndpoint(String text) {
        Matcher endpoint = ENDPOINT.matcher(text);
        if (endpoint.matches()) {
            int port = Integer.parseInt(endpoint.group(2));
            if (port >= 1 && port <= MAX_PORT) {
                return text;
            }
        }
        throw new IllegalArgumentException("must be HOST:PORT, of a router");
    }

    private static String checkedUrl(String text) {
        URI url = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        if (url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new IllegalArgumentException("must be http://host:port, of a feed provider");
        }
        return url.toString();
    }
}
