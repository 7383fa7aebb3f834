package io.fogwhisk.launcher.site;

import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.wsk.client.ApiHost;
import java.util.Objects;

/**
 * How to reach the parts of a site, with the secrets that this takes.
 *
 * @param broker where sensors publish; its password is a secret
 * @param apiHost of the OpenWhisk, as {@code wsk} wants it
 * @param feedsUrl of the feed provider
 * @param wskproxyUrl of the OpenWhisk API in front of the edge domain
 * @param dashboardUrl of the web page
 * @param embeddedToken of the embedded database; a secret; empty if another process has that
 * @param localUrl of the database for readings
 * @param localToken of that; a secret
 * @param centralUrl of the database for aggregates
 * @param centralToken of that; a secret
 */
public record SiteAddresses(
        Broker broker,
        String apiHost,
        String feedsUrl,
        String wskproxyUrl,
        String dashboardUrl,
        String embeddedToken,
        String localUrl,
        String localToken,
        String centralUrl,
        String centralToken) {

    /** Derives the addresses from a configuration and the embedded database's token. */
    static SiteAddresses of(SiteConfig config, String embeddedToken) {
        Objects.requireNonNull(embeddedToken, "embeddedToken is null");
        String host = "http://" + config.host() + ":";
        Ports ports = config.ports();
        String embeddedUrl = host + ports.influx();
        return new SiteAddresses(
                config.broker(),
                apiHost(config),
                config.roles().feedsUrl().orElseGet(() -> host + ports.feeds()),
                host + ports.wskproxy(),
                host + ports.dashboard(),
                embeddedToken,
                config.local().url().orElse(embeddedUrl),
                config.local().token().orElse(embeddedToken),
                config.centre().url().orElse(embeddedUrl),
                config.centre().token().orElse(embeddedToken));
    }

    /** Where a site's OpenWhisk is, as {@code wsk} wants it. */
    public static String apiHost(SiteConfig config) {
        return config.openwhisk()
                .apiHost()
                .map(ApiHost::url)
                .orElseGet(
                        () -> "http://" + config.host() + ":" + config.ports().openwhisk());
    }

    @Override
    public String toString() {
        return "SiteAddresses[broker=" + broker + ", apiHost=" + apiHost + ", localUrl=" + localUrl + "]";
    }
}
