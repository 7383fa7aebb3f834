package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.lean.TestTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguagesTest {

    @TempDir
    Path folder;

    private Sandbox sandbox;
    private Machine machine;

    @BeforeEach
    void open() {
        sandbox =
                new Sandbox("test", new RuntimeSettings(1_024, Duration.ofMinutes(1), true, Path.of("/tmp"), Map.of()));
        sandbox.open();
        machine = new Machine(sandbox, new RunnerFiles(sandbox.root()));
    }

    @AfterEach
    void close() {
        sandbox.close();
    }

    @Test
    void pythonIsListedAsThreeAndAsItsVersion() {
        // Given
        TestTool.path("python3");

        // When
        List<RuntimeKind> kinds =
                PythonLanguage.find(machine).stream().map(Language::kind).toList();

        // Then
        assertThat(kinds).hasSizeGreaterThanOrEqualTo(2);
        assertThat(kinds.get(0)).isEqualTo(new RuntimeKind("python:3", "python", "fogwhisk/python:3", true, false));
        assertThat(kinds.subList(1, kinds.size())).allSatisfy(kind -> {
            assertThat(kind.kind()).matches("python:3\\.\\d+");
            assertThat(kind.isDefault()).isFalse();
        });
        assertThat(kinds).doesNotHaveDuplicates();
    }

    @Test
    void theJavaOfTheServerIsListedAndNeedsAnEntryPoint() {
        // When
        List<RuntimeKind> kinds =
                JavaLanguage.find(machine).stream().map(Language::kind).toList();

        // Then
        String kind = "java:" + Runtime.version().feature();
        assertThat(kinds).containsExactly(new RuntimeKind(kind, "java", "fogwhisk/" + kind, true, true));
        assertThat(sandbox.root().resolve("java-runner.jar")).isRegularFile();
        assertThat(Files.exists(sandbox.root().resolve("java-runner.jar.begun")))
                .isFalse();
    }
}
