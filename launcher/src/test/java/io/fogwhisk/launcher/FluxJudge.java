package io.fogwhisk.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What InfluxData's own parser and type checker of Flux, the npm package {@code flux-lsp-node}, says of scripts. */
public final class FluxJudge {

    private static final String CHECK = "lean-influx/src/test/resources/io/fogwhisk/influx/flux/flux-check.js";
    private static final ObjectMapper JSON = new ObjectMapper();

    private FluxJudge() {}

    /** Those of the scripts that it refuses. */
    public static List<String> refused(Path folder, List<String> scripts) throws IOException, InterruptedException {
        Path module = Path.of(System.getenv().getOrDefault("NODE_PATH", ""), "@influxdata", "flux-lsp-node");
        if (!Files.isDirectory(module)) {
            ExternalTool.absent("the npm package @influxdata/flux-lsp-node is not on NODE_PATH"
                    + " (npm install @influxdata/flux-lsp-node)");
        }
        Path file = folder.resolve("scripts.json");
        JSON.writeValue(file.toFile(), scripts);
        String check = ExternalTool.projectRoot().resolve(CHECK).toString();
        JsonNode verdicts = JSON.readTree(ExternalTool.run(
                List.of("sh", "-c", "exec node \"$0\" < \"$1\"", check, file.toString()), "Node.js 20"));
        assertThat(verdicts).hasSize(scripts.size());
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < scripts.size(); i++) {
            if (!verdicts.get(i).booleanValue()) {
                refused.add(scripts.get(i));
            }
        }
        return refused;
    }
}
