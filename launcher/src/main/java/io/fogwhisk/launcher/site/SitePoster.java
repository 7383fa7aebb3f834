package io.fogwhisk.launcher.site;

import io.fogwhisk.wsk.model.AuthKey;
import java.util.ArrayList;
import java.util.List;

/** What a user must know to use a site, in lines to print. */
public final class SitePoster {

    private SitePoster() {}

    /**
     * The lines, without line ends. They may end up in a log: a key that not everybody knows is not among them, but the
     * command that prints it is, in a form that a shell replaces by the key. The database's token is shown where nobody
     * but this machine can connect, a broker's password never.
     *
     * @param site that was started
     * @param again the options that make another command be about this site, with a blank before each
     */
    public static List<String> lines(Site site, String again) {
        SiteConfig config = site.config();
        SiteAddresses addresses = site.addresses();
        String topic = config.sample().map(SiteConfig.Sample::topic).orElse("");
        String mqtt = config.central()
                ? "(no sensors at the centre)"
                : addresses.broker().toString() + (topic.isEmpty() ? "" : "  topic " + topic);
        RolesConfig roles = config.roles();
        List<String> lines = new ArrayList<>();
        lines.add("site:         " + config.id() + "  (data in " + config.data() + ")");
        if (roles.runsStreet() || roles.runs(SiteRole.BROKER)) {
            lines.add("mqtt:         " + mqtt);
        }
        if (roles.runsStreet()) {
            lines.add("openwhisk:    "
                    + site.guestKey()
                            .map(key -> "wsk property set --apihost " + addresses.apiHost() + " --auth "
                                    + shown(key, again))
                            .orElse(addresses.apiHost() + "  (no namespace guest; ./fogwhisk namespace list" + again
                                    + ")"));
        }
        if (roles.runsStreet() || roles.runs(SiteRole.INFLUX)) {
            lines.add("influx url:   " + addresses.localUrl() + "  org " + config.influxOrg() + "  buckets "
                    + config.local().bucket() + ", " + config.centre().bucket());
            lines.add("influx token: " + token(config, addresses));
        }
        lines.add("dashboard:    " + addresses.dashboardUrl());
        config.catalog()
                .upstream()
                .ifPresent(upstream -> lines.add("catalogue:    follows " + upstream.url() + "  (./fogwhisk catalog"
                        + again + " shows how far)"));
        if (config.catalog().serve()) {
            lines.add("catalogue:    http://" + config.host() + ":"
                    + config.ports().catalog() + "  (./fogwhisk sites add SITE" + again + " admits a site)");
        }
        return lines;
    }

    private static String token(SiteConfig config, SiteAddresses addresses) {
        if (config.loopback()) {
            return addresses.localToken();
        }
        boolean configured =
                config.influx().token().isPresent() || config.local().token().isPresent();
        return configured ? "as configured" : "in " + config.data().resolve(InfluxToken.FILE);
    }

    /** The key, or what a shell replaces by it. */
    private static String shown(AuthKey key, String again) {
        return SiteIdentities.isWellKnown(key)
                ? key.reveal()
                : "\"$(./fogwhisk namespace key " + SiteIdentities.GUEST + again + ")\"";
    }
}
