package io.fogwhisk.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.wsk.client.WskEntities;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.QualifiedName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A site that is asked to stop while it has work. */
class StopUnderLoadTest {

    // One at each port: a machine with few cores runs few actions of a kind at once.
    private static final int CALLS = 2;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final ExecutorService callers = Executors.newFixedThreadPool(2 * CALLS);

    @Test
    void aSiteThatIsAskedToStopAnswersTheCallsUnderWay() throws Exception {
        // Given: calls of an action that asks whether it may end, and waits for the answer
        ExternalTool.run(List.of("node", "--version"), "Node.js");
        Ports ports = TestPorts.site();
        CountDownLatch begun = new CountDownLatch(CALLS);
        CountDownLatch go = new CountDownLatch(1);
        HttpServer asked = asked(begun, go);
        try (SiteProcess site = SiteProcess.start(folder, ports, Map.of())) {
            putWaiting(ports, asked.getAddress().getPort());
            // The edge domain hears of an action a moment after its OpenWhisk has it.
            await().atMost(LIMIT)
                    .until(() -> invoke(ports.wskproxy(), "{\"quick\":true}").statusCode() == 200);
            List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                int api = i % 2 == 0 ? ports.openwhisk() : ports.wskproxy();
                calls.add(CompletableFuture.supplyAsync(() -> invoke(api, "{}"), callers));
            }
            assertThat(begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

            // When
            site.terminate();
            await().atMost(LIMIT).until(() -> ready(ports) == 503);
            go.countDown();

            // Then
            assertThat(calls)
                    .allSatisfy(call -> assertThat(call).succeedsWithin(LIMIT).satisfies(answer -> {
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                        assertThat(answer.body()).contains("let go");
                    }));
        } finally {
            go.countDown();
            asked.stop(0);
        }
    }

    @AfterEach
    void end() {
        callers.shutdownNow();
    }

    private HttpServer asked(CountDownLatch begun, CountDownLatch go) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(callers);
        server.createContext("/", exchange -> {
            begun.countDown();
            try {
                boolean released = go.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
                exchange.sendResponseHeaders(released ? 204 : 500, -1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                exchange.close();
            }
        });
        server.start();
        return server;
    }

    private static int ready(Ports ports) throws IOException, InterruptedException {
        return TestHttp.send("GET", "http://127.0.0.1:" + ports.dashboard() + "/ready", "", "", "")
                .statusCode();
    }

    private static void putWaiting(Ports ports, int asked) {
        String code = """
                const http = require('http');
                function main(args) {
                  if (args.quick) {
                    return {said: 'quick'};
                  }
                  return new Promise((done, failed) => {
                    http.get('http://127.0.0.1:%d/', answer => {
                      answer.resume();
                      done({said: answer.statusCode === 204 ? 'let go' : 'not let go'});
                    }).on('error', failed);
                  });
                }
                """.formatted(asked);
        try (WskEntities whisk = new WskEntities("http://127.0.0.1:" + ports.openwhisk(), AuthKey.GUEST, LIMIT)) {
            whisk.putAction(
                    QualifiedName.parse("/guest/wait"),
                    new Exec.Code("nodejs:20", new ActionCode.Inline(code), false, Optional.empty()),
                    List.of(),
                    List.of(),
                    true);
        }
    }

    private static HttpResponse<String> invoke(int api, String params) {
        try {
            return TestHttp.send(
                    "POST",
                    "http://127.0.0.1:" + api + "/api/v1/namespaces/guest/actions/wait?blocking=true&result=true",
                    AuthKey.GUEST.basicHeader(),
                    "application/json",
                    params);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
