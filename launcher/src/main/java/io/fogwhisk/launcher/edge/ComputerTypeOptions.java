package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.KeyValueText;
import io.fogwhisk.edge.computer.HttpGateway;
import io.fogwhisk.edge.processor.ComputerFile;
import io.fogwhisk.edge.processor.ComputerSpec;
import io.fogwhisk.edge.rpc.EdgeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** What a computer runs its lambdas on. */
final class ComputerTypeOptions {

    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(30);
    private static final int MANY = 10_000;

    @Option(names = "--computer-type", defaultValue = "sim", description = "sim or http (default ${DEFAULT-VALUE})")
    private String type = "";

    @Option(
            names = "--utilization-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "0.0.0.0:6476",
            description =
                    "where to stream how busy the processors are; if empty, loads are 0 (default ${DEFAULT-VALUE})")
    private String utilizationEndpoint = "";

    @Option(
            names = "--conf",
            defaultValue =
                    "type=raspberry,num-cpu-containers=1,num-cpu-workers=4,num-gpu-containers=1,num-gpu-workers=2",
            description = "the simulated computer: type=raspberry, type=intel-server,num-containers=N,num-workers=N or"
                    + " type=file,path=FILE (default ${DEFAULT-VALUE})")
    private String conf = "";

    @Option(
            names = "--http-conf",
            defaultValue = "gateway-url=http://localhost:8080/,num-clients=5,type=OpenFaaS(0.8)",
            description = "the HTTP gateway (default ${DEFAULT-VALUE})")
    private String httpConf = "";

    @Option(
            names = "--lambdas",
            split = ",",
            paramLabel = "NAME",
            description = "which lambdas the HTTP gateway has; they are announced, others are refused (default: any)")
    private List<String> lambdas = List.of();

    /** What the options say. */
    sealed interface Type {

        /**
         * Simulated processors.
         *
         * @param utilization where to stream how busy they are, or empty to not measure it
         */
        record Simulated(ComputerSpec spec, Optional<Listen> utilization) implements Type {}

        /** Functions of an HTTP gateway. */
        record Http(HttpGateway gateway) implements Type {}
    }

    /**
     * Reads the options, and the file that they may name.
     *
     * @throws ConfigException if one has a fault
     */
    Type read() {
        return switch (type) {
            case "sim" -> {
                if (!lambdas.isEmpty()) {
                    throw fault("--lambdas is for --computer-type http: a simulated computer has those of --conf");
                }
                yield new Type.Simulated(
                        computer(),
                        utilizationEndpoint.isEmpty()
                                ? Optional.empty()
                                : Optional.of(Listen.parse("--utilization-endpoint", utilizationEndpoint)));
            }
            case "http" -> new Type.Http(gateway());
            default -> throw fault("--computer-type must be sim or http, was '" + type + "'");
        };
    }

    private ComputerSpec computer() {
        KeyValueText text = KeyValueText.parse("--conf", conf);
        String kind = text.text("type", "raspberry");
        try {
            switch (kind) {
                case "raspberry" -> {
                    int cpuContainers = text.integer("num-cpu-containers", 1, 0, MANY);
                    int cpuWorkers = text.integer("num-cpu-workers", 4, 1, MANY);
                    int gpuContainers = text.integer("num-gpu-containers", 1, 0, MANY);
                    int gpuWorkers = text.integer("num-gpu-workers", 2, 1, MANY);
                    text.check();
                    return ComputerSpec.raspberry(cpuContainers, cpuWorkers, gpuContainers, gpuWorkers);
                }
                case "intel-server" -> {
                    int containers = text.integer("num-containers", 1, 0, MANY);
                    int workers = text.integer("num-workers", 4, 1, MANY);
                    text.check();
                    return ComputerSpec.intelServer(containers, workers);
                }
                case "file" -> {
                    String path = text.text("path", "");
                    if (path.isEmpty()) {
                        text.fault("path", "must name a file; --json-example prints one");
                    }
                    text.check();
                    return ComputerFile.read(Path.of(path));
                }
                default -> throw fault("--conf: type must be one of raspberry, intel-server, file, was '" + kind + "'");
            }
        } catch (EdgeException e) {
            throw fault("--conf: " + e.getMessage());
        }
    }

    private HttpGateway gateway() {
        KeyValueText text = KeyValueText.parse("--http-conf", httpConf);
        String url = text.text("gateway-url", "http://localhost:8080/");
        int clients = text.integer("num-clients", 5, 1, MANY);
        String kind = text.text("type", "OpenFaaS(0.8)");
        if (!kind.equals("OpenFaaS(0.8)")) {
            text.fault("type", "must be OpenFaaS(0.8), was '" + kind + "'");
        }
        text.check();
        if (lambdas.contains("")) {
            throw fault("--lambdas must not name an empty lambda");
        }
        try {
            return HttpGateway.at(url, clients, Set.copyOf(lambdas), HTTP_TIMEOUT);
        } catch (EdgeException e) {
            throw fault("--http-conf: " + e.getMessage());
        }
    }

    private static ConfigException fault(String what) {
        return new ConfigException(List.of(what));
    }
}
