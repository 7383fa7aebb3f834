package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How what is written becomes lines. */
class ActivationOutputTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T09:56:58.123456789Z"), ZoneOffset.UTC);

    @Test
    void joinsThePiecesOfALineAndOfACharacter() {
        ActivationOutput output = new ActivationOutput(1_000, CLOCK);
        byte[] text = "grün\nund".getBytes(StandardCharsets.UTF_8);

        for (int i = 0; i < text.length; i++) {
            output.write(ActivationOutput.Stream.STDOUT, text, i, 1);
        }

        assertThat(output.lines())
                .containsExactly(
                        "2026-11-20T09:56:58.123456789Z stdout: grün", "2026-11-20T09:56:58.123456789Z stdout: und");
    }

    @Test
    void cutsWhatExceedsTheLimitAndSaysSo() {
        ActivationOutput output = new ActivationOutput(100, CLOCK);

        write(output, "one\n" + "x".repeat(200) + "\nthree\n");

        List<String> lines = output.lines();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).endsWith("stdout: " + "x".repeat(100 - 42 - 39));
        assertThat(lines.get(2))
                .endsWith("stderr: Logs were truncated because the total bytes size exceeds the limit of 100 bytes.");
    }

    @Test
    void holdsALineWithoutAnEndWithinTheLimit() {
        ActivationOutput output = new ActivationOutput(1_000_000, CLOCK);

        for (int i = 0; i < 5_000; i++) {
            write(output, "x".repeat(1_000));
        }

        assertThat(output.lines().stream().mapToInt(String::length).sum()).isLessThan(1_000_300);
    }

    @Test
    void noticesThatALanguageRanOutOfItsHeap() {
        ActivationOutput output = new ActivationOutput(0, CLOCK);

        write(output, "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n");

        assertThat(output.heapExhausted()).isTrue();
        assertThat(output.lines()).isEmpty();
    }

    @Test
    void takesAwayTheMarkOfTheEndHoweverOftenALineRepeatsIt() {
        ActivationOutput output = new ActivationOutput(1_000_000, CLOCK);

        write(output, "last" + "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX".repeat(100_000) + "\nnext\n");

        assertThat(output.lines())
                .containsExactly(
                        "2026-11-20T09:56:58.123456789Z stdout: last", "2026-11-20T09:56:58.123456789Z stdout: next");
    }

    private static void write(ActivationOutput output, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        output.write(ActivationOutput.Stream.STDOUT, bytes, 0, bytes.length);
    }
}
