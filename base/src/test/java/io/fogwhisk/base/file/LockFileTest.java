package io.fogwhisk.base.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {

    @TempDir
    Path folder;

    @Test
    void oneOwnerAtATimeHoldsIt() throws Exception {
        Path file = folder.resolve("lock");
        try (LockFile held = LockFile.take(file, Duration.ZERO).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThat(LockFile.take(file, Duration.ofMillis(50))).isEmpty();
        }

        try (LockFile again = LockFile.take(file, Duration.ZERO).orElseThrow()) {
            assertThat(again).isNotNull();
        }
    }

    @Test
    @Timeout(60)
    void anotherProcessHoldsItUntilItIsKilledAndTellsItsId() throws Exception {
        Path file = folder.resolve("lock");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Holder.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("held");

            assertThat(LockFile.take(file, Duration.ZERO)).isEmpty();
            assertThat(LockFile.holder(file)).hasValue(other.pid());

            other.destroyForcibly();
            try (LockFile after = LockFile.take(file, Duration.ofSeconds(20)).orElseThrow()) {
                assertThat(after).isNotNull();
            }
        } finally {
            other.destroyForcibly();
            assertThat(other.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Holds a lock until it is killed, or its input ends with the test. */
    static final class Holder {

        private Holder() {}

        /** Takes the lock that the first argument names. */
        public static void main(String[] arguments) throws IOException {
            try (LockFile held =
                    LockFile.take(Path.of(arguments[0]), Duration.ZERO).orElseThrow()) {
                System.out.println(held == null ? "" : "held");
                int end = System.in.read();
                System.out.println(end);
            }
        }
    }
}
