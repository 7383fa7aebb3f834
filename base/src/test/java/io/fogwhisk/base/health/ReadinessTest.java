package io.fogwhisk.base.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.HttpRole;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadinessTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpHost host = new HttpHost();
    private final AtomicLong nanos = new AtomicLong();
    private final Readiness readiness = new Readiness("dc-9", Duration.ofMillis(300), nanos::get);
    private int port;

    @BeforeEach
    void open() {
        host.start();
        port = host.open(new HttpRole("health", "127.0.0.1", 0, readiness::routes))
                .number();
    }

    @AfterEach
    void close() {
        readiness.close();
        host.close();
    }

    @Test
    void aProcessIsReadyOnceItIsStartedAndAllItsChecksAreWell() throws Exception {
        readiness.add("disk", Optional::empty);
        readiness.add("broker", Optional::empty);

        HttpResponse<String> before = get("/ready");
        readiness.started();
        HttpResponse<String> after = get("/ready");

        assertThat(before.statusCode()).isEqualTo(503);
        assertThat(before.body()).isEqualTo("""
                {"status":"not ready","checks":{"process":"dc-9 is starting"}}""");
        assertThat(after.statusCode()).isEqualTo(200);
        assertThat(after.body()).isEqualTo("""
                {"status":"ready","checks":{"process":"ok","disk":"ok","broker":"ok"}}""");
        assertThat(after.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(after.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void whatIsWrongIsSaidByItsCheckAndTheOthersSayThatTheyAreWell() throws Exception {
        readiness.add("disk", () -> Optional.of("the disk is full, make room"));
        readiness.add("broker", () -> {
            throw new IOException("the journal is gone");
        });
        readiness.add("queue", Optional::empty);
        readiness.started();

        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(checks().path("disk").asText()).isEqualTo("the disk is full, make room");
        assertThat(checks().path("broker").asText())
                .isEqualTo("cannot be checked: java.io.IOException: the journal is gone");
        assertThat(checks().path("queue").asText()).isEqualTo("ok");
        assertThat(get("/live").body()).isEqualTo("{\"status\":\"live\"}");
    }

    @Test
    void aCheckThatHangsIsAFaultUntilItAnswers() throws Exception {
        // Given
        CountDownLatch hang = new CountDownLatch(1);
        readiness.add("disk", () -> {
            hang.await();
            return Optional.empty();
        });
        readiness.add("queue", Optional::empty);
        readiness.started();

        // When
        HttpResponse<String> hung = get("/ready");
        nanos.addAndGet(7 * SECOND.toNanos());
        HttpResponse<String> later = get("/ready");
        hang.countDown();

        // Then
        assertThat(hung.statusCode()).isEqualTo(503);
        assertThat(hung.body()).contains("\"disk\":\"no answer for").contains("\"queue\":\"ok\"");
        assertThat(later.body()).contains("\"disk\":\"no answer for 7 s\"").contains("\"queue\":\"ok\"");
        await().untilAsserted(() -> assertThat(get("/ready").statusCode()).isEqualTo(200));
    }

    @Test
    void howeverManyAskEachCheckIsAskedOnceASecond() throws Exception {
        // Given
        AtomicInteger asked = new AtomicInteger();
        readiness.add("disk", () -> {
            asked.incrementAndGet();
            return Optional.empty();
        });
        readiness.started();

        // When
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(client.sendAsync(request("/ready"), BodyHandlers.ofString()));
        }
        answers.forEach(CompletableFuture::join);
        int first = asked.get();
        nanos.addAndGet(SECOND.toNanos());
        get("/ready");
        get("/ready");

        // Then
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
        assertThat(first).isEqualTo(1);
        assertThat(asked).hasValue(2);
    }

    @Test
    void aProcessThatStopsIsNotReadyWhateverTheChecksSay() throws Exception {
        // Given
        readiness.add("disk", Optional::empty);
        readiness.started();
        assertThat(get("/ready").statusCode()).isEqualTo(200);

        // When
        readiness.closing();

        // Then
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/ready").body())
                .isEqualTo("{\"status\":\"not ready\",\"checks\":{\"process\":\"dc-9 is stopping\"}}");
        assertThat(get("/live").statusCode()).isEqualTo(200);
    }

    @Test
    void whoAskedBeforeTheStopIsNotToldThatAllIsWell() throws Exception {
        // Given
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch hang = new CountDownLatch(1);
        try (Readiness slow = new Readiness("slow", Duration.ofSeconds(30), nanos::get)) {
            slow.add("disk", () -> {
                asked.countDown();
                hang.await();
                return Optional.empty();
            });
            slow.started();
            CompletableFuture<HealthReport> report = CompletableFuture.supplyAsync(slow::report);
            asked.await();

            // When
            slow.closing();
            hang.countDown();

            // Then
            assertThat(report.join().faults()).containsOnly(Map.entry("process", "slow is stopping"));
        }
    }

    @Test
    void nothingOfItRunsAfterItsEnd() {
        readiness.add("disk", () -> {
            new CountDownLatch(1).await();
            return Optional.empty();
        });
        readiness.started();
        readiness.report();
        assertThat(threads()).isNotEmpty();

        readiness.close();

        await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    @Test
    void twoChecksOfOneNameAreRefused() {
        readiness.add("disk", Optional::empty);

        assertThatThrownBy(() -> readiness.add("disk", Optional::empty)).hasMessageContaining("disk");
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(each -> each.startsWith("dc-9-readiness"))
                .toList();
    }

    private JsonNode checks() throws IOException, InterruptedException {
        return new ObjectMapper().readTree(get("/ready").body()).path("checks");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path), BodyHandlers.ofString());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .build();
    }
}
