package io.fogwhisk.influx;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** One contract, two servers: ours, and InfluxData's own where a container engine runs. */
class ContractTest {

    private static final String IMAGE = "influxdb:2.7";
    private static final int PORT = 8086;

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
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            abort("no container engine answers: the contract is not checked against " + IMAGE);
        }
        try (GenericContainer<?> server = new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withEnv("DOCKER_INFLUXDB_INIT_MODE", "setup")
                .withEnv("DOCKER_INFLUXDB_INIT_USERNAME", "contract")
                .withEnv("DOCKER_INFLUXDB_INIT_PASSWORD", "contract-password")
                .withEnv("DOCKER_INFLUXDB_INIT_ORG", "acme")
                .withEnv("DOCKER_INFLUXDB_INIT_BUCKET", "readings")
                .withEnv("DOCKER_INFLUXDB_INIT_ADMIN_TOKEN", "contract-token")
                .withExposedPorts(PORT)
                // Before it is set up it answers without knowing the token.
                .waitingFor(Wait.forHttp("/api/v2/buckets")
                        .withHeader("Authorization", "Token contract-token")
                        .withStartupTimeout(Duration.ofMinutes(2)))) {
            server.start();
            // Then
            new InfluxContract(
                            "http://" + server.getHost() + ":" + server.getMappedPort(PORT),
                            "acme",
                            "readings",
                            "contract-token")
                    .check();
        }
    }
}
