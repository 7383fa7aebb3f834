package io.fogwhisk.image;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A container of the image, held as tightly as in Kubernetes: nothing to write to but its volume and {@code /tmp}. */
final class Role extends GenericContainer<Role> {

    static final int MQTT = 1883;
    private static final int INFLUX = 8086;
    private static final int DASHBOARD = 8080;
    private static final long MEMORY_BYTES = 768L * 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final String token;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /**
     * A site or a centre that is not started.
     *
     * @param name of the container in its networks, and the id of the site
     * @param token of its InfluxDB
     */
    Role(Engine engine, String name, String token, String volume, Network network) {
        super(DockerImageName.parse(engine.image()));
        this.name = name;
        this.token = token;
        withNetwork(network);
        withNetworkAliases(name);
        withCommand("up");
        withExposedPorts(MQTT, INFLUX, DASHBOARD);
        withEnv("FOGWHISK_SITE_ID", name);
        withEnv("FOGWHISK_SITE_DATA", "/data");
        withEnv("FOGWHISK_SITE_HOST", "0.0.0.0");
        withEnv("FOGWHISK_INFLUX_TOKEN", token);
        withCreateContainerCmdModifier(command -> restrict(command, volume));
        waitingFor(Wait.forHttp("/ready").forPort(DASHBOARD).withStartupTimeout(Duration.ofSeconds(60)));
    }

    private static void restrict(CreateContainerCmd command, String volume) {
        HostConfig host = requireNonNull(command.getHostConfig());
        host.withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withTmpFs(Map.of("/tmp", "rw,noexec,nosuid,nodev,size=64m"))
                .withMemory(MEMORY_BYTES)
                .withBinds(new Bind(volume, new Volume("/data")));
    }

    String name() {
        return name;
    }

    /** The status with which it says whether it can accept and durably store. */
    int readiness() throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(address(DASHBOARD, "/ready"))
                                .timeout(PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** The one number that a query answers with; zero if it answers with nothing. */
    long number(String flux) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(address(INFLUX, "/api/v2/query?org=influxdata"))
                        .timeout(PATIENCE)
                        .header("Authorization", "Token " + token)
                        .header("Content-Type", "application/vnd.flux")
                        .POST(HttpRequest.BodyPublishers.ofString(flux))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
        return answer.body()
                .lines()
                .filter(line -> line.startsWith(",_result,"))
                .map(line -> line.substring(line.lastIndexOf(',') + 1))
                .mapToLong(value -> Math.round(Double.parseDouble(value)))
                .sum();
    }

    private URI address(int port, String path) {
        return URI.create("http://" + getHost() + ":" + getMappedPort(port) + path);
    }
}
