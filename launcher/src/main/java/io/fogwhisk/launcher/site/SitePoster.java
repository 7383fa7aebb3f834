package io.fogwhisk.launcher.site;

import java.util.List;

/** What a user must know to use a site, in lines to print. */
public final class SitePoster {

    private SitePoster() {}

    /** The lines, without line ends. They hold the site's key and token: for the user's terminal, not for logs. */
    public static List<String> lines(SiteConfig config, SiteAddresses addresses) {
        String topic = config.sample().map(SiteConfig.Sample::topic).orElse("");
        String mqtt = config.central()
                ? "(no sensors at the centre)"
                : addresses.broker().reveal() + (topic.isEmpty() ? "" : "  topic " + topic);
        return List.of(
                "site:         " + config.id() + "  (data in " + config.data() + ")",
                "mqtt:         " + mqtt,
                "openwhisk:    wsk property set --apihost " + addresses.apiHost() + " --auth "
                        + config.auth().reveal(),
                "influx url:   " + addresses.localUrl() + "  org " + config.influxOrg() + "  buckets "
                        + config.local().bucket() + ", " + config.centre().bucket(),
                "influx token: " + addresses.localToken(),
                "dashboard:    " + addresses.dashboardUrl());
    }
}
