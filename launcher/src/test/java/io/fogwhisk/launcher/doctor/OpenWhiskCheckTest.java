package io.fogwhisk.launcher.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.launcher.doctor.Finding.Verdict;
import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.wsk.client.ApiHost;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor at a real lean OpenWhisk, and at what is none. */
class OpenWhiskCheckTest {

    private static final HttpHost HTTP = new HttpHost();
    private static final Ports PORTS = TestPorts.site();
    private static final Optional<AuthKey> GUEST = Optional.of(AuthKey.GUEST);
    private static final String PLAIN = "http://127.0.0.1:" + PORTS.openwhisk();

    @TempDir
    static Path folder;

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        HTTP.start();
        SiteConfig config = ConfigFile.parse(
                "x", TestSites.yaml(folder, PORTS), Map.of("FOGWHISK_SITE_CENTRAL", "true"), SiteConfig::read);
        site = new Site(config, HTTP, Clock.systemUTC());
        site.start();
        TestHttp.send(
                "PUT",
                PLAIN + "/api/v1/namespaces/_/triggers/there",
                AuthKey.GUEST.basicHeader(),
                "application/json",
                "{}");
    }

    @AfterAll
    static void stop() {
        site.close();
        HTTP.close();
    }

    @Test
    void tellsTheNamespaceOfTheKeyAndWhetherTheTriggerIsThere() {
        assertThat(examine(PLAIN, GUEST, "/guest/there"))
                .allMatch(finding -> finding.verdict() == Verdict.OK)
                .extracting(Finding::text)
                .containsExactly(
                        "answers, and knows the key as that of namespace guest", "has the trigger /guest/there");
        assertThat(examine(PLAIN, GUEST, "/guest/absent"))
                .anyMatch(finding ->
                        finding.verdict() == Verdict.NOTE && finding.text().contains("no trigger /guest/absent"));
        assertThat(examine(PLAIN, GUEST, "/other/there"))
                .anyMatch(finding ->
                        finding.verdict() == Verdict.BAD && finding.text().contains("key of namespace guest"));
    }

    @Test
    void aWrongKeyIsBadAndNoKeyIsWorthANote() {
        Optional<AuthKey> wrong = Optional.of(new AuthKey(new UUID(1, 2), "x".repeat(64)));

        assertThat(examine(PLAIN, wrong, "/guest/there")).singleElement().satisfies(finding -> {
            assertThat(finding.verdict()).isEqualTo(Verdict.BAD);
            assertThat(finding.text()).contains("refuses the key").contains("openwhisk.auth");
        });
        assertThat(examine(PLAIN, Optional.empty(), "/guest/there"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.verdict()).isEqualTo(Verdict.NOTE));
    }

    @Test
    void aCertificateThatNobodySignedIsSaidToBeSo() {
        String secure = "https://127.0.0.1:" + PORTS.openwhisk();

        assertBad(secure, "nobody known signed its certificate", "openwhisk.insecure");
        assertThat(new OpenWhiskCheck(new ApiHost(secure, true), GUEST, Optional.empty()).findings())
                .allMatch(finding -> finding.verdict() == Verdict.OK);
    }

    @Test
    void whatDoesNotAnswerOrIsNoOpenWhiskIsBad() throws Exception {
        HttpServer pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pages.createContext("/", exchange -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        pages.start();
        int gone;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gone = closed.getLocalPort();
        }
        try {
            assertBad("http://127.0.0.1:" + gone, "cannot be reached: nothing listens there", "inbox");
            assertBad("http://absent.invalid", "cannot be reached", "inbox");
            assertBad(
                    "http://127.0.0.1:" + pages.getAddress().getPort(),
                    "HTTP status 404",
                    "is openwhisk.api-host that of an OpenWhisk?");
        } finally {
            pages.stop(0);
        }
    }

    private static void assertBad(String host, String... words) {
        assertThat(examine(host, GUEST, "/guest/there")).singleElement().satisfies(finding -> {
            assertThat(finding.verdict()).isEqualTo(Verdict.BAD);
            assertThat(finding.text()).contains(words).doesNotContain("Exception");
        });
    }

    private static List<Finding> examine(String host, Optional<AuthKey> key, String trigger) {
        return new OpenWhiskCheck(ApiHost.of(host), key, Optional.of(QualifiedName.parse(trigger))).findings();
    }
}
