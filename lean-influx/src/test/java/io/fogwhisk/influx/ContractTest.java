package io.fogwhisk.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One contract, two servers: ours, and InfluxData's own where a container engine runs. */
class ContractTest {

    private static final String IMAGE = "influxdb:2.7";
    private static final long PULL_SECONDS = 300;

    @Test
    void oursKeepsTheContract(@TempDir Path folder) throws Exception {
        try (RunningInflux influx = new RunningInflux(folder)) {
            new InfluxContract(influx.url(), RunningInflux.ORG, RunningInflux.BUCKET, RunningInflux.TOKEN).check();
        }
    }

    /** Skipped where no container engine answers, also on the build server, which has none. */
    @Test
    @Tag("container")
    void influxDataKeepsTheContract() throws Exception {
        // Given
        if (docker(List.of("version")).isEmpty()) {
            abort("no container engine answers: the contract is not checked against " + IMAGE);
        }
        String id = docker(List.of(
                        "run",
                        "--detach",
                        "--rm",
                        "--publish=127.0.0.1::8086",
                        "--env=DOCKER_INFLUXDB_INIT_MODE=setup",
                        "--env=DOCKER_INFLUXDB_INIT_USERNAME=contract",
                        "--env=DOCKER_INFLUXDB_INIT_PASSWORD=contract-password",
                        "--env=DOCKER_INFLUXDB_INIT_ORG=acme",
                        "--env=DOCKER_INFLUXDB_INIT_BUCKET=readings",
                        "--env=DOCKER_INFLUXDB_INIT_ADMIN_TOKEN=contract-token",
                        IMAGE))
                .lines()
                .reduce("", (before, line) -> line);
        if (id.isEmpty()) {
            abort("the image " + IMAGE + " cannot be run here");
        }
        try {
            String url = "http://"
                    + docker(List.of("port", id, "8086")).lines().findFirst().orElseThrow();
            await().atMost(Duration.ofMinutes(2))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(HttpClient.newHttpClient()
                                    .send(
                                            HttpRequest.newBuilder(URI.create(url + "/api/v2/buckets"))
                                                    .header("Authorization", "Token contract-token")
                                                    .build(),
                                            HttpResponse.BodyHandlers.discarding())
                                    .statusCode())
                            .isEqualTo(200));
            // Then
            new InfluxContract(url, "acme", "readings", "contract-token").check();
        } finally {
            docker(List.of("rm", "--force", id));
        }
    }

    /** What the engine's program prints; empty if it is not there or fails. */
    private static String docker(List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PULL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "";
            }
            return process.exitValue() == 0 ? printed.strip() : "";
        } catch (IOException e) {
            return "";
        }
    }
}
