package io.fogwhisk.bench;

import io.fogwhisk.launcher.demo.FluxClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The site to measure, from the command line; the defaults are those of {@code ./fogwhisk up}. */
final class TargetSite {

    @Option(names = "--mqtt-host", defaultValue = "127.0.0.1", description = "default ${DEFAULT-VALUE}")
    String mqttHost = "";

    @Option(names = "--mqtt-port", defaultValue = "1883", description = "default ${DEFAULT-VALUE}")
    int mqttPort;

    @Option(names = "--topic", defaultValue = "test", description = "default ${DEFAULT-VALUE}")
    String topic = "";

    @Option(names = "--influx", defaultValue = "http://127.0.0.1:8086", description = "default ${DEFAULT-VALUE}")
    String influx = "";

    @Option(names = "--org", defaultValue = "influxdata", description = "default ${DEFAULT-VALUE}")
    String org = "";

    @Option(names = "--bucket", defaultValue = "measure", description = "default ${DEFAULT-VALUE}")
    String bucket = "";

    @Option(names = "--token-file", defaultValue = "data/dc-1/influx.token", description = "default ${DEFAULT-VALUE}")
    Path tokenFile = Path.of("");

    @Option(names = "--token", description = "instead of the file")
    Optional<String> token = Optional.empty();

    @Option(
            names = "--openwhisk",
            defaultValue = "http://127.0.0.1:3233",
            description = "asked for activation records when --auth is given (default ${DEFAULT-VALUE})")
    String openWhisk = "";

    @Option(names = "--auth", description = "uuid:key of the namespace: measures publish to stored as well")
    Optional<String> auth = Optional.empty();

    FluxClient database() {
        return new FluxClient(influx, org, token.orElseGet(this::tokenOfFile), bucket);
    }

    private String tokenOfFile() {
        try {
            return Files.readString(tokenFile).trim();
        } catch (IOException e) {
            throw new BenchException(
                    "cannot read the token file " + tokenFile + "; start ./fogwhisk up here, or give --token", e);
        }
    }
}
