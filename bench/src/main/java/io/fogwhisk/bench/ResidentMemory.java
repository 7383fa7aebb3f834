package io.fogwhisk.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What the operating system says a process holds in memory. */
final class ResidentMemory {

    private ResidentMemory() {}

    /** In kilobytes; empty where there is no {@code /proc}. */
    static OptionalLong of(long process) {
        Path status = Path.of("/proc", Long.toString(process), "status");
        if (!Files.isReadable(status)) {
            return OptionalLong.empty();
        }
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException e) {
            throw new BenchException("cannot read " + status + ": " + e.getMessage(), e);
        }
    }

    /** For people: megabytes, or that it is unknown. */
    static String text(OptionalLong kilobytes) {
        return kilobytes.isPresent() ? kilobytes.getAsLong() / 1_024 + " MB" : "unknown";
    }
}
