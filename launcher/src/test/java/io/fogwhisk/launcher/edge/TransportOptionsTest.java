package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.file.PrivateFile;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.security.EdgeSecurity;
import io.fogwhisk.edge.security.TlsFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class TransportOptionsTest {

    @TempDir
    Path folder;

    @Test
    void withoutOptionsEverythingIsAsInTheReference() {
        assertThat(parse(Map.of())).isEqualTo(EdgeSecurity.NONE);
    }

    @Test
    void filesAreThoseOfTheWorkingDirectoryOrOfTheEnvironment() {
        assertThat(files(Map.of())).isEqualTo(TlsFiles.in(Path.of("")));
        assertThat(files(Map.of("CERT_DIR", "/c"))).isEqualTo(TlsFiles.in(Path.of("/c")));
        assertThat(files(Map.of(
                        "CERT_DIR", "/c",
                        "CA_CRT", "/a/ca.pem",
                        "SERVER_KEY", "s.key",
                        "SERVER_CRT", "s.crt",
                        "CLIENT_KEY", "c.key",
                        "CLIENT_CRT", "c.crt")))
                .isEqualTo(new TlsFiles(
                        Path.of("/a/ca.pem"),
                        Path.of("/c/s.key"),
                        Path.of("/c/s.crt"),
                        Path.of("/c/c.key"),
                        Path.of("/c/c.crt")));
    }

    @Test
    void announcersAreTakenFromTheTokenFileAndTheNames() throws Exception {
        Path token = folder.resolve("token");
        PrivateFile.replace(token, "0123456789abcdef\n".getBytes(StandardCharsets.UTF_8));

        EdgeSecurity security = parse(Map.of(), "--secure", "--token-file", token.toString(), "--announcers", "a,b");

        assertThat(security.announcers().commonNames()).containsExactlyInAnyOrder("a", "b");
        assertThat(security.announcers().token()).isPresent();
    }

    @Test
    void optionsThatContradictEachOtherAreRefusedByName() {
        assertThatThrownBy(() -> parse(Map.of(), "--clear-control"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--clear-control");
        assertThatThrownBy(() -> parse(Map.of(), "--announcers", "a"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--announcers");
        assertThatThrownBy(() ->
                        parse(Map.of(), "--token-file", folder.resolve("absent").toString()))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("absent");
    }

    private static TlsFiles files(Map<String, String> environment) {
        return ((EdgeSecurity.MutualTls) parse(environment, "--secure")).files();
    }

    private static EdgeSecurity parse(Map<String, String> environment, String... arguments) {
        Role role = new Role(new TransportOptions(environment));
        new CommandLine(role).parseArgs(arguments);
        return role.transport.security();
    }

    @Command
    private static final class Role {
        @Mixin
        private final TransportOptions transport;

        Role(TransportOptions transport) {
            this.transport = transport;
        }
    }
}
