package io.fogwhisk.lean.runtime;

import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.WhiskAction;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Java: a jar whose class has {@code public static JsonObject main(JsonObject)}, with Gson's classes, in a JVM of its own.
 *
 * @param kind such as {@code java:17}
 * @param program the absolute path of {@code java}
 * @param runner the path of the jar with the runner and Gson where a child can read it
 */
record JavaLanguage(RuntimeKind kind, Path program, Path runner) implements Language {

    /** What a JVM needs beside its heap, for classes, compiled code and threads. */
    private static final int MIN_HEADROOM_MB = 48;

    /** Checks for null. */
    JavaLanguage {
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(program, "program is null");
        Objects.requireNonNull(runner, "runner is null");
    }

    /** The Java that runs this server, if children can run it, too. */
    static List<Language> find(Machine machine) {
        Path program = Path.of(System.getProperty("java.home"), "bin", "java");
        if (machine.output(List.of(program.toString(), "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-version"))
                .isEmpty()) {
            return List.of();
        }
        String kind = "java:" + Runtime.version().feature();
        return List.of(new JavaLanguage(
                new RuntimeKind(kind, "java", "fogwhisk/" + kind, true, true),
                program,
                machine.runner("java-runner.jar", JavaRunnerJar::write)));
    }

    @Override
    public List<String> command(WhiskAction action, Path folder) {
        int memory = action.limits().memoryMb();
        return List.of(
                program.toString(),
                "-Xmx" + (memory - Math.max(MIN_HEADROOM_MB, memory / 4)) + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dfile.encoding=UTF-8",
                "-Djava.io.tmpdir=" + folder,
                "-Duser.home=" + folder,
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                runner.toString(),
                JavaRunner.class.getName());
    }

    @Override
    public String unpack(WhiskAction action, String code, Path folder) {
        if (!action.exec().binary()) {
            throw new LeanException(400, "The code of a Java action must be a jar, as base64.");
        }
        Path jar = folder.resolve("action.jar");
        ActionArchive.DEFAULT.write(code, jar);
        return jar.toString();
    }
}
