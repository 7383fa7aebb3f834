package io.fogwhisk.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;

/** The container engine of this machine, with the image loaded. */
final class Engine implements AutoCloseable {

    /** How long a container may take to end; what it is given by default in Kubernetes. */
    private static final int PATIENCE_SECONDS = 30;

    private final DockerClient client;
    private final String image;

    private Engine(DockerClient client, String image) {
        this.client = client;
        this.image = image;
    }

    /** Loads an image; without an engine the test is skipped, or fails on the build server. */
    static Engine with(Path archive, String image) throws IOException {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            absent("no container engine answers: the image is not run");
        }
        DockerClient client = DockerClientFactory.instance().client();
        try (InputStream in = Files.newInputStream(archive)) {
            client.loadImageCmd(in).exec();
        }
        return new Engine(client, image);
    }

    /** Skips the test, or fails it on the build server. */
    static void absent(String why) {
        if (System.getenv().getOrDefault("CI", "").equals("true")) {
            fail(why + ", and the build server must not skip a test");
        }
        abort(why);
    }

    String image() {
        return image;
    }

    String volume() {
        return client.createVolumeCmd().exec().getName();
    }

    void remove(String volume) {
        client.removeVolumeCmd(volume).exec();
    }

    void connect(Role role, Network network) {
        client.connectToNetworkCmd()
                .withContainerId(role.getContainerId())
                .withNetworkId(network.getId())
                .withContainerNetwork(new ContainerNetwork().withAliases(List.of(role.name())))
                .exec();
    }

    void disconnect(Role role, Network network) {
        client.disconnectFromNetworkCmd()
                .withContainerId(role.getContainerId())
                .withNetworkId(network.getId())
                .exec();
    }

    /** Sends SIGTERM and waits for the end, as {@code docker stop} does; returns the exit code. */
    long terminate(Role role) {
        client.stopContainerCmd(role.getContainerId())
                .withTimeout(PATIENCE_SECONDS)
                .exec();
        InspectContainerResponse.ContainerState state =
                client.inspectContainerCmd(role.getContainerId()).exec().getState();
        assertThat(state.getRunning()).isFalse();
        return state.getExitCodeLong();
    }

    @Override
    public void close() {
        client.removeImageCmd(image).withForce(true).exec();
    }
}
