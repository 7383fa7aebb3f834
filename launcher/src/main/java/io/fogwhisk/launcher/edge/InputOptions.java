package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.edge.client.Inputs;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a client sends. */
final class InputOptions {

    private static final int DEFAULT_SIZE = 100;

    @Option(
            names = "--sizes",
            paramLabel = "BYTES",
            split = ",",
            description = "sizes of the inputs, each as likely (default 100)")
    private @Nullable List<Integer> sizes;

    @Option(
            names = "--min-size",
            paramLabel = "BYTES",
            description = "smallest input, instead of --sizes (default 100)")
    private @Nullable Integer minSize;

    @Option(names = "--max-size", paramLabel = "BYTES", description = "largest input, instead of --sizes (default 100)")
    private @Nullable Integer maxSize;

    @Option(names = "--content", paramLabel = "TEXT", defaultValue = "", description = "always this input instead")
    private String content = "";

    Inputs inputs() {
        boolean range = minSize != null || maxSize != null;
        List<Integer> known = sizes;
        if (range && known != null) {
            throw new ConfigException(
                    List.of("--sizes excludes --min-size and --max-size: give the sizes or their range"));
        }
        if (!content.isEmpty()) {
            return Inputs.fixed(content);
        }
        if (range) {
            return Inputs.between(minSize == null ? DEFAULT_SIZE : minSize, maxSize == null ? DEFAULT_SIZE : maxSize);
        }
        return Inputs.ofSizes(known == null ? List.of(DEFAULT_SIZE) : known);
    }
}
