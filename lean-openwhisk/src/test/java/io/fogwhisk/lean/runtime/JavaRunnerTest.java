package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskAction;
import java.io.IOException;
import java.io.OutputStream;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaRunnerTest {

    @TempDir
    Path folder;

    private JavaLanguage language;
    private RunnerProcess runner;

    @BeforeEach
    void start() throws IOException {
        Path jar = folder.resolve("runner.jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            JavaRunnerJar.write(out);
        }
        language = new JavaLanguage(
                new RuntimeKind("java:17", "java", "java", true, true),
                Path.of(System.getProperty("java.home"), "bin", "java"),
                jar);
        runner = new RunnerProcess(language.command(action(true), folder), folder);
    }

    @AfterEach
    void stop() {
        runner.close();
    }

    @Test
    void aMethodGetsItsArgumentsAndItsResultComesBack() {
        // Given
        assertThat(load("JsonObject r = new JsonObject();"
                        + "r.addProperty(\"greeting\", \"Hello \" + args.get(\"name\").getAsString());"
                        + "return r;"))
                .isEqualTo("200 {}");

        // When / Then
        assertThat(runner.run("{\"name\":\"fog\"}")).isEqualTo("200 {\"greeting\":\"Hello fog\"}");
        assertThat(runner.run("{\"name\":\"\u2603\"}")).isEqualTo("200 {\"greeting\":\"Hello \u2603\"}");
    }

    @Test
    void numbersKeepTheirExactForm() {
        load("return args;");

        assertThat(runner.run("{\"n\":12345678901234567890,\"d\":0.10}"))
                .isEqualTo("200 {\"n\":12345678901234567890,\"d\":0.10}");
    }

    @Test
    void aMethodForArraysGetsArrays() {
        // Given
        String jar = JarText.of(
                folder,
                "Swap.java",
                "import com.google.gson.*; class Swap {"
                        + "public static JsonArray main(JsonArray a) { JsonArray r = new JsonArray(); r.add(a.get(1)); return r; } }");
        assertThat(init("Swap", jar)).isEqualTo("200 {}");

        // When / Then
        assertThat(runner.run("[1,2]")).isEqualTo("200 [2]");
        assertThat(runner.run("{}"))
                .isEqualTo("502 {\"error\":\"An error has occurred (see logs for details): "
                        + "java.lang.NoSuchMethodException: Swap.main(com.google.gson.JsonObject)\"}");
    }

    @Test
    void whatItWritesHasArrivedBeforeTheAnswer() {
        // Given
        load("System.out.print(\"to out \u2603\"); System.err.println(\"to err\"); return args;");

        // When
        runner.run("{}");

        // Then
        assertThat(runner.stdout()).isEqualTo("to out \u2603");
        assertThat(runner.stderr()).isEqualTo("to err\n");
    }

    @Test
    void theEnvironmentHoldsTheParametersOfInitAndThoseOfEachRun() {
        // Given
        String code = language.unpack(
                action(true),
                jar("JsonObject r = new JsonObject();"
                        + "r.addProperty(\"some\", System.getenv(\"SOME\"));"
                        + "r.addProperty(\"id\", System.getenv().get(\"__OW_ACTIVATION_ID\"));"
                        + "r.addProperty(\"socket\", System.getenv(\"FOGWHISK_SOCKET\"));"
                        + "return r;"),
                folder);
        runner.init("example.Hello", code, true, Map.of("SOME", "thing"));

        // When / Then
        assertThat(runner.run("{}")).isEqualTo("200 {\"some\":\"thing\",\"id\":\"a1\",\"socket\":null}");
    }

    @Test
    void anExceptionIsAnErrorAndItsTraceIsLogged() {
        // Given
        load("throw new IllegalStateException(\"no\" + \"oo\");");

        // When
        String answer = runner.run("{}");

        // Then
        assertThat(answer)
                .isEqualTo("502 {\"error\":\"An error has occurred while invoking the action (see logs for details): "
                        + "java.lang.IllegalStateException: nooo\"}");
        assertThat(runner.stderr()).contains("java.lang.IllegalStateException: nooo", "at example.Hello.main");
    }

    @Test
    void aResultOfNullIsAnError() {
        load("return null;");

        assertThat(runner.run("{}"))
                .isEqualTo("502 {\"error\":\"An error has occurred (see logs for details): "
                        + "java.lang.NullPointerException: The action returned null\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "example.Hellox, java.lang.ClassNotFoundException: example.Hellox",
        "example.Hello#bogus, java.lang.NoSuchMethodException: example.Hello.bogus(com.google.gson.JsonObject)",
        "example.Hello#notStatic, java.lang.NoSuchMethodException: notStatic",
        "example.Hello#text, java.lang.NoSuchMethodException: text"
    })
    void anEntryPointThatIsNotThereIsAnError(String main, String error) {
        assertThat(init(main, jar("return args;")))
                .isEqualTo("502 {\"error\":\"An error has occurred (see logs for details): " + error + "\"}");
        assertThat(runner.stderr()).contains(error);
    }

    @Test
    void anotherMethodIsNamedBehindTheClass() {
        assertThat(init("example.Hello#other", jar("return args;"))).isEqualTo("200 {}");
        assertThat(runner.run("{}")).isEqualTo("200 {\"other\":true}");
    }

    @Test
    void aZipThatIsNoJarIsAnError() {
        assertThat(init("example.Broken", ZipText.of("notaclassfile", "saucisson")))
                .startsWith("502 ");
    }

    @Test
    void classesOfTheJarAreFoundByNameInBothWays() {
        // Given
        String jar = JarText.of(
                folder,
                "example/Hello.java",
                "package example; import com.google.gson.*; public class Hello {"
                        + "public static JsonObject main(JsonObject args) throws Exception {"
                        + "  Class.forName(\"example.Other\");"
                        + "  Thread.currentThread().getContextClassLoader().loadClass(\"example.Other\");"
                        + "  return args; } }",
                "example/Other.java",
                "package example; class Other {}");
        init("example.Hello", jar);

        // When / Then
        assertThat(runner.run("{\"a\":1}")).isEqualTo("200 {\"a\":1}");
    }

    @Test
    void anActionThatExitsTakesItsChildAlong() {
        load("System.exit(1); return args;");

        assertThat(runner.run("{}")).isNull();
    }

    @Test
    void anActionThatUsesUpItsHeapTakesItsChildAlongAndSaysSo() {
        // Given
        load("java.util.List<byte[]> all = new java.util.ArrayList<>(); while (true) all.add(new byte[1 << 20]);");

        // When / Then
        assertThat(runner.run("{}")).isNull();
        assertThat(runner.stdout()).contains("java.lang.OutOfMemoryError");
    }

    @Test
    void aChildEndsWithItsSocketThoughThreadsAreLeftBehind() throws Exception {
        // Given
        load("new Thread(() -> { try { Thread.sleep(600000); } catch (InterruptedException e) {} }).start();"
                + "return args;");
        runner.run("{}");

        // When / Then
        runner.endSocket();
    }

    @Test
    void sourceTextIsRefused() {
        assertThatThrownBy(() -> language.unpack(action(false), "class Hello {}", folder))
                .isInstanceOf(LeanException.class)
                .hasMessage("The code of a Java action must be a jar, as base64.");
    }

    private @Nullable String load(String body) {
        return init("example.Hello", jar(body));
    }

    private @Nullable String init(String main, String jar) {
        return runner.init(main, language.unpack(action(true), jar, folder), true, Map.of());
    }

    private String jar(String body) {
        return JarText.of(
                folder,
                "example/Hello.java",
                "package example; import com.google.gson.*; public class Hello {"
                        + "public static JsonObject main(JsonObject args) { " + body + " }"
                        + "public static JsonObject other(JsonObject args) { args.addProperty(\"other\", true); return args; }"
                        + "public JsonObject notStatic(JsonObject args) { return args; }"
                        + "public static String text(JsonObject args) { return \"\"; } }");
    }

    private static WhiskAction action(boolean binary) {
        return new WhiskAction(
                QualifiedName.parse("/guest/test"),
                SemVer.FIRST,
                false,
                List.of(),
                1,
                List.of(),
                new Exec.Code("java:17", new ActionCode.Inline(""), binary, Optional.of("example.Hello")),
                Limits.DEFAULT);
    }
}
