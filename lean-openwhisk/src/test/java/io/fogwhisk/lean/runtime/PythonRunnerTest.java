package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.lean.TestTool;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonRunnerTest {

    private static final String LOADED = "200 {}";
    private static final String NOT_LOADED = "502 {\"error\": \"Cannot start action. Check logs for details.\"}";
    private static final String NO_RESULT = "502 {\"error\": \"The action did not return a dictionary or array.\"}";

    @TempDir
    Path folder;

    private PythonLanguage language;
    private RunnerProcess runner;

    @BeforeEach
    void start() throws IOException {
        Path script = folder.resolve("runner.py");
        try (var resource = PythonLanguage.class.getResourceAsStream("runner.py")) {
            Files.copy(resource, script);
        }
        language = new PythonLanguage(
                new RuntimeKind("python:3", "python", "python", true, false), TestTool.path("python3"), script);
        runner = new RunnerProcess(language.command(action(false), folder), folder);
    }

    @AfterEach
    void stop() {
        runner.close();
    }

    @Test
    void aFunctionGetsItsArgumentsAndItsResultComesBack() {
        // Given
        assertThat(source("def main(args):\n  return {'greeting': 'Hello ' + args['name'] + '!'}"))
                .isEqualTo(LOADED);

        // When / Then
        assertThat(runner.run("{\"name\":\"fog\"}")).isEqualTo("200 {\"greeting\": \"Hello fog!\"}");
        assertThat(runner.run("{\"name\":\"\u2603\"}")).isEqualTo("200 {\"greeting\": \"Hello \u2603!\"}");
    }

    @Test
    void anotherFunctionThanMainIsNamed() {
        assertThat(init("niam", "def niam(args):\n  return [args]")).isEqualTo(LOADED);
        assertThat(runner.run("{}")).isEqualTo("200 [{}]");
    }

    @Test
    void whatItWritesHasArrivedBeforeTheAnswer() {
        // Given
        source("import sys\ndef main(args):\n  print('to out \u2603')\n  sys.stderr.write('to err')\n  return args");

        // When
        runner.run("{}");

        // Then
        assertThat(runner.stdout()).isEqualTo("to out \u2603\n");
        assertThat(runner.stderr()).isEqualTo("to err");
    }

    @Test
    void theEnvironmentHoldsTheParametersOfInitAndThoseOfEachRun() {
        // Given
        String code = "import os\nseen = os.environ['SOME']\ndef main(args):\n"
                + "  return {'some': seen, 'id': os.environ['__OW_ACTIVATION_ID'], 'ours': 'FOGWHISK_SOCKET' in os.environ}";
        assertThat(runner.init("main", language.unpack(action(false), code, folder), false, Map.of("SOME", "thing")))
                .isEqualTo(LOADED);

        // When / Then
        assertThat(runner.run("{}")).isEqualTo("200 {\"some\": \"thing\", \"id\": \"a1\", \"ours\": false}");
    }

    @Test
    void anExceptionIsAnErrorOfTheApplicationAndItsTraceIsLogged() {
        // Given
        source("def div(a, b):\n  return a / b\ndef main(args):\n  return {'q': div(5, 0)}");

        // When
        String answer = runner.run("{}");

        // Then
        assertThat(answer).isEqualTo("200 {\"error\": \"division by zero\"}");
        assertThat(runner.stderr())
                .startsWith("Traceback")
                .contains("return a / b", "line 4, in main")
                .doesNotContain("runner.py");
        assertThat(runner.run("{}")).startsWith("200 ");
    }

    @Test
    void aResultThatIsNoDictionaryOrListIsAnError() {
        source("def main(args):\n  return eval(args['r'])");

        assertThat(runner.run("{\"r\":\"'text'\"}")).isEqualTo(NO_RESULT);
        assertThat(runner.run("{\"r\":\"None\"}")).isEqualTo(NO_RESULT);
        assertThat(runner.run("{\"r\":\"{'n': float('nan')}\"}")).isEqualTo(NO_RESULT);
        assertThat(runner.run("{\"r\":\"{'o': object()}\"}")).isEqualTo(NO_RESULT);
        assertThat(runner.stderr()).contains("cannot be written as JSON");
        assertThat(runner.run("{\"r\":\"{'half': chr(55296)}\"}")).isEqualTo("200 {\"half\": \"\\ud800\"}");
        assertThat(runner.run("{\"r\":\"{}\"}")).isEqualTo("200 {}");
    }

    @Test
    void codeThatCannotBeLoadedIsAnErrorWithTheReasonInTheLogs() {
        assertThat(source("  10 PRINT 'Hello'")).isEqualTo(NOT_LOADED);
        assertThat(runner.stderr()).contains("IndentationError").doesNotContain("runner.py");
        assertThat(source("import there_is_no_such_module")).isEqualTo(NOT_LOADED);
        assertThat(runner.stderr()).contains("Traceback", "No module named 'there_is_no_such_module'");
        assertThat(init("niam", "def main(args): pass")).isEqualTo(NOT_LOADED);
        assertThat(runner.stderr()).contains("does not define the function 'niam'");
    }

    @Test
    void anActionThatExitsTakesItsChildAlong() {
        source("import sys\ndef main(args):\n  sys.exit(1)");

        assertThat(runner.run("{}")).isNull();
    }

    @Test
    void aChildEndsWithItsSocket() throws Exception {
        source("def main(args): return args");

        runner.endSocket();
    }

    @Test
    void aZipBringsModulesAndFiles() {
        // Given
        assertThat(zip(
                        "__main__.py",
                        "from echo import echo\nimport deep.inside\n"
                                + "def main(args):\n  with open('file') as f: return [echo(args), f.read(), deep.inside.x]",
                        "echo.py",
                        "def echo(args): return {'echo': args}",
                        "file",
                        "text",
                        "deep/inside.py",
                        "x = 7"))
                .isEqualTo(LOADED);

        // When / Then
        assertThat(runner.run("{\"a\":1}")).isEqualTo("200 [{\"echo\": {\"a\": 1}}, \"text\", 7]");
    }

    @Test
    void aZipWithoutMainIsAnError() {
        assertThat(zip("echo.py", "def main(args): return args")).isEqualTo(NOT_LOADED);
        assertThat(runner.stderr()).contains("Zip file does not include __main__.py");
    }

    @Test
    void librariesInAVirtualEnvironmentAreFound() {
        // Given an environment whose own script tells where they are
        assertThat(zip(
                        "__main__.py",
                        "import lib\ndef main(args): return {'lib': lib.name}",
                        "virtualenv/bin/activate_this.py",
                        "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'pkgs'))",
                        "virtualenv/pkgs/lib.py",
                        "name = 'activated'"))
                .isEqualTo(LOADED);

        // When / Then
        assertThat(runner.run("{}")).isEqualTo("200 {\"lib\": \"activated\"}");
    }

    @Test
    void librariesInAFolderSitePackagesAreFound() {
        assertThat(zip(
                        "__main__.py",
                        "import lib\ndef main(args): return {'lib': lib.name}",
                        "site-packages/lib.py",
                        "name = 'found'"))
                .isEqualTo(LOADED);
        assertThat(runner.run("{}")).isEqualTo("200 {\"lib\": \"found\"}");
    }

    @Test
    void aVirtualEnvironmentWithoutLibrariesIsAnError() {
        assertThat(zip("__main__.py", "def main(args): return args", "virtualenv/readme", ""))
                .isEqualTo(NOT_LOADED);
        assertThat(runner.stderr()).contains("Invalid virtualenv. Zip file does not include 'activate_this.py'.");
    }

    @Test
    void aLongArgumentAndALongResultPass() {
        // Given
        source("def main(args): return args");
        String value = "{\"a\": \"" + "x".repeat(900_000) + "\"}";

        // When / Then
        assertThat(runner.run(value)).isEqualTo("200 " + value);
    }

    private @Nullable String source(String code) {
        return init("main", code);
    }

    private @Nullable String init(String main, String code) {
        return runner.init(main, language.unpack(action(false), code, folder), false, Map.of());
    }

    private @Nullable String zip(String... namesAndTexts) {
        return runner.init("main", language.unpack(action(true), ZipText.of(namesAndTexts), folder), true, Map.of());
    }

    private static WhiskAction action(boolean binary) {
        return new WhiskAction(
                QualifiedName.parse("/guest/test"),
                SemVer.FIRST,
                false,
                List.of(),
                1,
                List.of(),
                new Exec.Code("python:3", new ActionCode.Inline(""), binary, Optional.empty()),
                Limits.DEFAULT);
    }
}
