package io.fogwhisk.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.launcher.site.SitePoster;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The namespaces of a site, as a user manages them. */
class NamespacesTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Ports ports = TestPorts.site();
    private final HttpHost http = new HttpHost();

    @TempDir
    Path folder;

    private Path config = Path.of("");

    @BeforeEach
    void writeConfig() throws Exception {
        configure("");
    }

    @Test
    void aNamespaceIsCreatedRotatedLimitedAndDeletedWhileItsSiteRuns() throws Exception {
        try (HttpHost server = http;
                Site site = site()) {
            server.start();
            site.start();

            List<String> created =
                    run("create", "rome", "--subject", "augustus").lines().toList();
            AuthKey first = AuthKey.parse(created.get(1));
            assertThat(created.get(2))
                    .isEqualTo(
                            "wsk property set --apihost " + site.addresses().apiHost() + " --auth " + created.get(1));
            await().atMost(LIMIT).untilAsserted(() -> assertThat(ask(first)).isEqualTo("200 [\"rome\"]"));

            AuthKey second =
                    AuthKey.parse(run("rotate", "rome").lines().toList().get(1));
            await().atMost(LIMIT).untilAsserted(() -> assertThat(ask(second)).isEqualTo("200 [\"rome\"]"));
            assertThat(ask(first)).startsWith("401");
            assertThat(run("key", "rome").strip()).isEqualTo(second.reveal());

            run("limits", "rome", "--invocations-per-minute", "7", "--allowed-kinds", "nodejs:20,python:3");
            assertThat(run("list"))
                    .containsPattern("rome +augustus +7 +1000000 +10000 +all +nodejs:20,python:3")
                    .containsPattern("guest +guest +1000000 ")
                    .contains("whisk.system")
                    .doesNotContain(second.secret());

            run("delete", "rome");
            await().atMost(LIMIT).untilAsserted(() -> assertThat(ask(second)).startsWith("401"));
            assertThat(ask(AuthKey.GUEST)).isEqualTo("200 [\"guest\"]");
            assertThat(ask(AuthKey.SYSTEM)).startsWith("401");
        }
    }

    @Test
    void thePortSpeaksTlsAndKeepsItsCertificateOverARestart() throws Exception {
        byte[] kept;
        try (HttpHost server = http;
                Site site = site()) {
            server.start();
            site.start();
            assertThat(folder.resolve("data/openwhisk.p12")).doesNotExist();
            assertThatThrownBy(() -> askTls(HttpClient.newHttpClient())).isInstanceOf(SSLException.class);
            assertThat(askTls(trusting())).isEqualTo("200 [\"guest\"]");
            kept = Files.readAllBytes(folder.resolve("data/openwhisk.p12"));
        }
        try (HttpHost server = new HttpHost();
                Site site = new Site(read(), server, Clock.systemUTC())) {
            server.start();
            site.start();
            assertThat(askTls(trusting())).isEqualTo("200 [\"guest\"]");
        }
        assertThat(folder.resolve("data/openwhisk.p12")).hasBinaryContent(kept);
    }

    @Test
    void aSecondSiteMayNotUseTheDataFolder() throws Exception {
        try (HttpHost server = http;
                Site site = site();
                Site second = site()) {
            server.start();
            site.start();

            assertThatThrownBy(second::start)
                    .isInstanceOf(LauncherException.class)
                    .hasMessageContaining("the data folder " + folder.resolve("data"))
                    .hasMessageContaining("is in use");
        }
    }

    @Test
    void whereOthersCanConnectTheGuestGetsAKeyThatNobodyKnows() throws Exception {
        configure("host: 0.0.0.0,");
        try (HttpHost server = http;
                Site site = site()) {
            server.start();
            site.start();

            AuthKey guest = AuthKey.parse(run("key", "guest").strip());
            assertThat(guest).isNotEqualTo(AuthKey.GUEST);
            assertThat(ask(guest)).isEqualTo("200 [\"guest\"]");
            assertThat(ask(AuthKey.GUEST)).startsWith("401");
            assertThat(String.join("\n", SitePoster.lines(site, " --config x.yaml")))
                    .contains("--auth \"$(./fogwhisk namespace key guest --config x.yaml)\"")
                    .doesNotContain(guest.secret());
        }
    }

    @Test
    void aWellKnownKeyWhereOthersCanConnectIsRefusedWithTheWaysOut() throws Exception {
        try (HttpHost server = http;
                Site site = site()) {
            server.start();
            site.start();
        }
        configure("host: 0.0.0.0,");
        try (HttpHost server = new HttpHost();
                Site site = new Site(read(), server, Clock.systemUTC())) {
            server.start();
            assertThatThrownBy(site::start)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("site.host is 0.0.0.0")
                    .hasMessageContaining("fogwhisk namespace rotate guest")
                    .hasMessageContaining("openwhisk.allow-well-known-keys: true");
        }
        run("rotate", "guest");
        try (HttpHost server = new HttpHost();
                Site site = new Site(read(), server, Clock.systemUTC())) {
            server.start();
            site.start();
            assertThat(ask(AuthKey.GUEST)).startsWith("401");
        }
    }

    @Test
    void whatCannotBeIsRefusedAndNothingChanges() {
        run("create", "rome");
        String before = run("list");

        assertThat(fail("create", "rome")).contains("there is a namespace rome already");
        assertThat(fail("create", "a/b")).contains("illegal characters");
        assertThat(fail("create", "_")).contains("own namespace");
        assertThat(fail("create", "x", "--subject", " ")).contains("subject");
        assertThat(fail("limits", "rome", "--fires-per-minute", "-1")).contains("must be 0 or more");
        assertThat(fail("rotate", "paris")).contains("there is no namespace paris");
        assertThat(fail("delete", "whisk.system")).contains("what every other one uses");
        assertThat(run("list")).isEqualTo(before);
    }

    private void configure(String site) throws Exception {
        Path data = folder.resolve("data");
        config = Files.writeString(
                folder.resolve("site.yaml"),
                TestSites.yaml(data, ports).replace("site: {", "site: {central: true, " + site));
    }

    private SiteConfig read() {
        return ConfigFile.read(config, Map.of(), SiteConfig::read);
    }

    private Site site() {
        return new Site(read(), http, Clock.systemUTC());
    }

    private String ask(AuthKey key) throws Exception {
        var answer = TestHttp.send(
                "GET", "http://127.0.0.1:" + ports.openwhisk() + "/api/v1/namespaces", key.basicHeader(), "", "");
        return answer.statusCode() + " " + answer.body();
    }

    private String askTls(HttpClient client) throws Exception {
        var answer = client.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + ports.openwhisk() + "/api/v1/namespaces"))
                        .header("Authorization", AuthKey.GUEST.basicHeader())
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    private HttpClient trusting() throws Exception {
        KeyStore kept = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("data/openwhisk.p12"))) {
            kept.load(in, "fogwhisk".toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("site", kept.getCertificate("openwhisk"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private String run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertThat(execute(out, err, arguments)).as(err.toString()).isZero();
        return out.toString();
    }

    private String fail(String... arguments) {
        StringWriter err = new StringWriter();
        assertThat(execute(new StringWriter(), err, arguments)).isEqualTo(1);
        assertThat(err.toString()).doesNotContain("\tat ");
        return err.toString();
    }

    private int execute(StringWriter out, StringWriter err, String... arguments) {
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        String[] all = new String[arguments.length + 3];
        all[0] = "namespace";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--config";
        all[all.length - 1] = config.toString();
        return line.execute(all);
    }
}
