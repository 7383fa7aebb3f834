package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.lean.TestTool;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.Exec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers, with a script in the place of the engine's client that runs a process for each. */
class DockerChildrenTest {

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Path client;

    @BeforeEach
    void standIn() throws IOException {
        Files.writeString(folder.resolve("python"), TestTool.path("python3").toString());
        Files.writeString(folder.resolve("version"), "28.2.2\n");
        Files.writeString(folder.resolve("ps"), "");
        copy("action-proxy.py", folder.resolve("action-proxy.py"));
        client = folder.resolve("docker");
        copy("docker.sh", client);
        Files.setPosixFilePermissions(client, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void anImageIsStartedWithinItsBoundsRunAndRemoved() throws Exception {
        // Given
        DockerChildren children = children(true);
        RunRequest request = request("owner/image:1", "");
        Child child = children.start(request);
        ActivationOutput output = new ActivationOutput(1 << 20, Clock.systemUTC());

        // When
        ChildAnswer init = await(child.init(request, new ActivationOutput(1 << 20, Clock.systemUTC())));
        ChildAnswer run = await(child.run(request, 5, output));
        boolean alive = child.alive();
        child.kill();

        // Then
        assertThat(init).isEqualTo(new ChildAnswer.Answered(true, "{\"ok\": true}"));
        assertThat(run).isEqualTo(new ChildAnswer.Answered(true, "{\"image\": {\"a\": 1}}"));
        assertThat(alive).isTrue();
        assertThat(calls())
                .anySatisfy(call -> assertThat(call)
                        .matches("run -d --name fogwhisk-\\S+ --label io.fogwhisk.owner=\\d+-\\d+ .* owner/image:1")
                        .contains(
                                "-p 127.0.0.1::8080",
                                "--network bridge",
                                "--memory 256m --memory-swap 256m",
                                "--pids-limit 256",
                                "-e __OW_API_HOST=http://localhost:3233"))
                .anySatisfy(call -> assertThat(call).matches("rm --force --volumes fogwhisk-\\S+"));
        assertThat(child.alive()).isFalse();
    }

    @Test
    void theLogsOfAnActivationAreThoseOfItsContainer() throws Exception {
        // Given
        RunRequest request = request("owner/image", "import sys\ndef main(m):\n  print('hi')\n  return {}");
        Child child = children(true).start(request);
        await(child.init(request, new ActivationOutput(1 << 20, Clock.systemUTC())));
        ActivationOutput output = new ActivationOutput(1 << 20, Clock.systemUTC());

        // When
        await(child.run(request, 5, output));
        child.kill();

        // Then
        assertThat(output.lines()).singleElement().asString().endsWith(" stdout: hi");
        assertThat(output.marked()).isTrue();
    }

    @Test
    void aContainerThatEndsEndsItsRun() throws Exception {
        // Given
        RunRequest request = request("owner/image", "import os\ndef main(m): os._exit(1)");
        Child child = children(true).start(request);
        await(child.init(request, new ActivationOutput(1 << 20, Clock.systemUTC())));

        // When
        ChildAnswer run = await(child.run(request, 5, new ActivationOutput(1 << 20, Clock.systemUTC())));

        // Then
        assertThat(run).isEqualTo(new ChildAnswer.Ended(false));
        assertThat(child.alive()).isFalse();
    }

    @Test
    void anImageThatDoesNotExistIsTheDevelopersError() {
        assertThatThrownBy(() -> children(true).start(request("no/such", "")))
                .isInstanceOf(LeanException.class)
                .hasMessage("Failed to pull container image 'no/such'.")
                .extracting(e -> ((LeanException) e).status())
                .isEqualTo(400);
    }

    @Test
    void anImageNameThatIsAnOptionIsRefusedBeforeTheEngineSeesIt() throws IOException {
        // Given
        DockerChildren children = children(true);

        // When / Then
        assertThatThrownBy(() -> children.start(request("--privileged", "")))
                .isInstanceOf(LeanException.class)
                .hasMessage("'--privileged' is not the name of an image.");
        assertThat(calls()).noneMatch(call -> call.startsWith("run"));
    }

    @Test
    void containersOfAServerThatIsGoneAreRemovedAtTheStartAndThoseOfOthersAreNot() throws IOException {
        // Given
        ProcessHandle self = ProcessHandle.current();
        String mine = self.pid() + "-"
                + self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        Files.writeString(
                folder.resolve("ps"),
                "aaaa " + self.pid() + "-1\nbbbb " + mine + "\ncccc someone's\ndddd 999999999-5\n");

        // When
        boolean available = children(true).available();

        // Then
        assertThat(available).isTrue();
        assertThat(calls().get(calls().size() - 1)).isEqualTo("rm --force --volumes aaaa dddd");
    }

    @Test
    void thereIsNoEngineWhenItDoesNotAnswerOrActionsHaveNoNetwork() throws IOException {
        // Given
        boolean withoutNetwork = children(false).available();
        Files.writeString(folder.resolve("version"), "");

        // When
        DockerChildren silent = children(true);

        // Then
        assertThat(withoutNetwork).isFalse();
        assertThat(silent.available()).isFalse();
        assertThat(silent.runs(request("owner/image", "").action())).isFalse();
    }

    private DockerChildren children(boolean network) {
        return new DockerChildren(List.of(client), folder, network, threads, () -> "http://localhost:3233");
    }

    private static RunRequest request(String image, String code) {
        Optional<ActionCode> inline = code.isEmpty() ? Optional.empty() : Optional.of(new ActionCode.Inline(code));
        return ExecutableChildrenTest.request(
                "image", new Exec.Blackbox(image, inline, false, Optional.empty()), code, "{\"a\":1}");
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(folder.resolve("calls"));
    }

    private static ChildAnswer await(CompletionStage<ChildAnswer> answer) throws Exception {
        return answer.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static void copy(String resource, Path file) throws IOException {
        try (var in = DockerChildrenTest.class.getResourceAsStream(resource)) {
            Files.copy(in, file);
        }
    }
}
