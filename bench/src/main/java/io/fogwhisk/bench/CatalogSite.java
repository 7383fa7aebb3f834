package io.fogwhisk.bench;

import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.launcher.site.SiteConfig;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A site that follows a catalogue, in this process, on free ports and without a broker. */
final class CatalogSite implements AutoCloseable {

    private final String id;
    private final Path folder;
    private final String catalog;
    private final int api = Centre.freePort();
    private @Nullable ServiceGroup running;

    CatalogSite(String id, Path folder, CatalogCentre centre) {
        this.id = id;
        this.folder = folder.resolve(id);
        String token = centre.token(id);
        catalog = "catalog: {url: '" + centre.url() + "'" + (token.isEmpty() ? "" : ", token: " + token) + "}\n";
    }

    /** Starts it, or starts it again. */
    void start() {
        running = start(id, "data: " + folder, api, catalog);
    }

    @Override
    public void close() {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    /** Where its OpenWhisk is. */
    String apiHost() {
        return "http://127.0.0.1:" + api;
    }

    @Override
    public String toString() {
        return id;
    }

    /** Starts a site, or a centre. */
    static ServiceGroup start(String id, String keys, int api, String more) {
        String yaml = """
                site: {id: %s, %s}
                mqtt: {url: "mqtt://127.0.0.1:9"}
                openwhisk: {port: %d, tls: {enabled: false}}
                influx: {port: %d}
                feeds: {port: %d}
                edge: {controller-port: %d, router-port: %d, table-port: %d, computer-port: %d}
                wskproxy: {port: %d}
                dashboard: {port: %d}
                sample: {install: false}
                """.formatted(
                        id,
                        keys,
                        api,
                        Centre.freePort(),
                        Centre.freePort(),
                        Centre.freePort(),
                        Centre.freePort(),
                        Centre.freePort(),
                        Centre.freePort(),
                        Centre.freePort(),
                        Centre.freePort());
        SiteConfig config = ConfigFile.parse(id, yaml + more, Map.of(), SiteConfig::read);
        ServiceGroup services = new ServiceGroup("bench-" + id);
        HttpHost http = services.start(new HttpHost());
        services.start(new Site(config, http, Clock.systemUTC()));
        return services;
    }

    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }
}
