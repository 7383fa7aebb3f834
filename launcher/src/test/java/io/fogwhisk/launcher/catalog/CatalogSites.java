package io.fogwhisk.launcher.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.Fogwhisk;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;

/** A centre and sites that follow it, in this process, configured and used as users do. */
final class CatalogSites implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();
    static final String CENTRE = "central";

    private final Path folder;
    private final Map<String, Ports> ports = new HashMap<>();
    private final Map<String, ServiceGroup> running = new HashMap<>();
    private final Map<String, Site> sites = new HashMap<>();

    CatalogSites(Path folder) {
        this.folder = folder;
    }

    /** Starts the centre, or starts it again. */
    void startCentre(String more) throws IOException {
        start(CENTRE, "central: true, ", more);
    }

    /** Starts a site, or starts it again; at its first start the centre must run. */
    void startSite(String id, String more) throws IOException {
        Path token = folder.resolve(id + ".token");
        if (!Files.exists(token)) {
            Files.writeString(
                    token,
                    command("sites", "add", id, "--config", config(CENTRE)).strip());
        }
        start(
                id,
                "",
                "catalog: {port: " + port(id).catalog() + ", url: 'http://127.0.0.1:"
                        + port(CENTRE).catalog() + "', token: " + Files.readString(token) + "}\n" + more);
    }

    Site site(String id) {
        return sites.get(id);
    }

    void stop(String id) {
        sites.remove(id);
        running.remove(id).close();
    }

    /** Runs a command and returns what it printed. */
    String command(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        assertThat(line.execute(arguments))
                .as(Arrays.toString(arguments) + ": " + err)
                .isZero();
        return out.toString();
    }

    String config(String id) {
        return folder.resolve(id + ".yaml").toString();
    }

    Path folder() {
        return folder;
    }

    HttpResponse<String> send(String id, AuthKey key, String method, String path, String body)
            throws IOException, InterruptedException {
        return TestHttp.send(
                method,
                "http://127.0.0.1:" + port(id).openwhisk() + "/api/v1/namespaces/" + path,
                key.basicHeader(),
                "application/json",
                body);
    }

    JsonNode ask(String id, AuthKey key, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(id, key, "GET", path, "");
        return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : JSON.missingNode();
    }

    Ports port(String id) {
        return ports.computeIfAbsent(id, name -> TestPorts.site());
    }

    private void start(String id, String keys, String more) throws IOException {
        String yaml = TestSites.yaml(folder.resolve("data-" + id), port(id))
                .replace("site: {", "site: {id: " + id + ", " + keys);
        for (String line : more.lines().toList()) {
            // What a test says takes the place of what every site has.
            yaml = yaml.replaceAll("(?m)^" + line.replaceFirst(":.*", "") + ": .*\n", "");
        }
        Path file = Files.writeString(Path.of(config(id)), yaml + more);
        SiteConfig config = ConfigFile.read(file, Map.of(), SiteConfig::read);
        ServiceGroup services = new ServiceGroup("test-" + id);
        running.put(id, services);
        HttpHost http = services.start(new HttpHost());
        sites.put(id, services.start(new Site(config, http, Clock.systemUTC())));
    }

    @Override
    public void close() {
        running.values().forEach(ServiceGroup::close);
    }
}
