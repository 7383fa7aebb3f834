package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.security.AnnounceToken;
import io.fogwhisk.edge.security.Announcers;
import io.fogwhisk.edge.security.EdgeSecurity;
import io.fogwhisk.edge.security.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** How a role talks to others, and whom it believes. */
final class TransportOptions {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Map<String, String> environment;

    @Option(
            names = "--secure",
            description =
                    "speak mutual TLS with ca.crt, server.key, server.crt, client.key and client.crt of the folder"
                            + " CERT_DIR; CA_CRT, SERVER_KEY, SERVER_CRT, CLIENT_KEY and CLIENT_CRT name other files")
    private boolean secure;

    @Option(
            names = "--clear-control",
            description = "with --secure: encrypt lambdas only, as nodes of ServerlessOnEdge do")
    private boolean clearControl;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "a secret, mode 0600: whoever has it may announce and change tables")
    private Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = "--announcers",
            paramLabel = "CN",
            split = ",",
            description = "with --secure: common names of certificates that may announce, beside those with" + " OU="
                    + Announcers.UNIT)
    private Set<String> announcers = Set.of();

    /** Options that read the process's environment. */
    TransportOptions() {
        this(System.getenv());
    }

    /** Options that read another environment. */
    TransportOptions(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * The transport of a role; the caller closes it.
     *
     * @throws ConfigException if the options contradict each other
     * @throws io.fogwhisk.edge.rpc.EdgeException if a file can't be used
     */
    EdgeTransport open(String role) {
        return open(role, 1);
    }

    /**
     * The transport of a role that passes on what arrives; the caller closes it.
     *
     * @param threads how many network threads it may have; a core is left to others, as passing on gains nothing from
     *     more threads than cores
     */
    EdgeTransport open(String role, int threads) {
        int useful = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new EdgeTransport(role, Math.min(threads, useful), security()).grace(GRACE);
    }

    /** What the options say. */
    EdgeSecurity security() {
        if (!secure && clearControl) {
            throw fault("--clear-control says what --secure leaves in clear text: use it with --secure");
        }
        if (!announcers.isEmpty() && (!secure || clearControl)) {
            throw fault("--announcers names certificates, and announcements come without them: use it with --secure"
                    + " and without --clear-control, or use --token-file");
        }
        Announcers may = new Announcers(tokenFile.map(AnnounceToken::read), announcers);
        return secure ? new EdgeSecurity.MutualTls(files(), clearControl, may) : new EdgeSecurity.ClearText(may);
    }

    private TlsFiles files() {
        Path folder = Path.of(environment.getOrDefault("CERT_DIR", ""));
        TlsFiles usual = TlsFiles.in(folder);
        return new TlsFiles(
                file("CA_CRT", folder, usual.authorities()),
                file("SERVER_KEY", folder, usual.serverKey()),
                file("SERVER_CRT", folder, usual.serverCertificate()),
                file("CLIENT_KEY", folder, usual.clientKey()),
                file("CLIENT_CRT", folder, usual.clientCertificate()));
    }

    private Path file(String variable, Path folder, Path usual) {
        String named = environment.get(variable);
        return named == null || named.isEmpty() ? usual : folder.resolve(named);
    }

    private static ConfigException fault(String message) {
        return new ConfigException(List.of(message));
    }
}
