package io.fogwhisk.bench;

import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.lean.identity.SiteTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** A centre and sites that follow it, in this process, each on free ports and without a broker. */
final class CatalogDomain implements AutoCloseable {

    static final String CENTRE = "central";

    private final Path folder;
    private final Map<String, String> tokens = new HashMap<>();
    private final Map<String, Integer> apis = new HashMap<>();
    private final Map<String, ServiceGroup> running = new HashMap<>();
    private final int catalog = Centre.freePort();

    CatalogDomain(Path folder) {
        this.folder = folder;
    }

    void startCentre() {
        start(CENTRE, "central: true, ", "catalog: {port: " + catalog + "}\n");
    }

    /** Starts a site, or starts it again. */
    void startSite(String id) {
        String token = tokens.computeIfAbsent(id, name -> {
            try (SiteTokens known = new SiteTokens("bench", folder.resolve(CENTRE), Clock.systemUTC())) {
                return known.add(name);
            }
        });
        start(id, "", "catalog: {url: 'http://127.0.0.1:" + catalog + "', token: " + token + "}\n");
    }

    void stop(String id) {
        ServiceGroup services = running.remove(id);
        if (services == null) {
            throw new BenchException(id + " does not run");
        }
        services.close();
    }

    /** Where its OpenWhisk is. */
    String apiHost(String id) {
        return "http://127.0.0.1:" + port(id);
    }

    private int port(String id) {
        return apis.computeIfAbsent(id, name -> Centre.freePort());
    }

    private void start(String id, String keys, String more) {
        String yaml = """
                site: {id: %s, %sdata: %s}
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
                        folder.resolve(id),
                        port(id),
                        Centre.freePort(),
                        Centre.freePort(),
                        Centre.freePort(),
                        Centre.freePort(),
                        Centre.freePort(),
                        Centre.freePort(),
                        Centre.freePort(),
                        Centre.freePort());
        SiteConfig config = ConfigFile.parse(id, yaml + more, Map.of(), SiteConfig::read);
        try {
            Files.createDirectories(config.data());
        } catch (IOException e) {
            throw new BenchException("cannot make " + config.data() + ": " + e, e);
        }
        ServiceGroup services = new ServiceGroup("bench-" + id);
        running.put(id, services);
        HttpHost http = services.start(new HttpHost());
        services.start(new Site(config, http, Clock.systemUTC()));
    }

    @Override
    public void close() {
        running.values().forEach(ServiceGroup::close);
    }
}
