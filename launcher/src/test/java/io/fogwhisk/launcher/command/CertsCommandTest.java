package io.fogwhisk.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.security.Announcers;
import io.fogwhisk.edge.security.EdgeSecurity;
import io.fogwhisk.edge.security.TlsFiles;
import io.fogwhisk.launcher.Fogwhisk;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CertsCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void whatItMakesIsWhatRolesReadAndIsNotReplacedUnasked() throws Exception {
        // When
        int code = run("--dir", folder.toString(), "--nodes", "rack-1", "--hosts", "localhost,10.0.0.7");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(
                        "ca.crt",
                        "server.crt",
                        "server.key",
                        "client.crt",
                        "client.key",
                        "edge-client.crt",
                        "edge-client.key",
                        "rack-1.crt",
                        "rack-1.key");
        assertThat(subject("client.crt")).isEqualTo("CN=client,OU=edge-node");
        assertThat(subject("edge-client.crt")).isEqualTo("CN=edge-client,OU=edge-client");
        assertThat(subject("rack-1.crt")).isEqualTo("CN=rack-1,OU=edge-node");
        assertThat(out.toString()).contains("For trials only");
        new EdgeTransport("role", 1, new EdgeSecurity.MutualTls(TlsFiles.in(folder), false, Announcers.BY_CERTIFICATE))
                .close();

        // When
        String before = Files.readString(folder.resolve("ca.crt"));
        int again = run("--dir", folder.toString());

        // Then
        assertThat(again).isEqualTo(1);
        assertThat(err.toString())
                .contains("ca.crt is there already")
                .contains("--force")
                .doesNotContain("\tat ");
        assertThat(folder.resolve("ca.crt")).hasContent(before);
    }

    @Test
    void whatCannotBeACertificateIsRefusedWithTheOptionsName() {
        assertThat(run("--dir", folder.toString(), "--nodes", "x,OU=y")).isEqualTo(2);
        assertThat(run("--dir", folder.toString(), "--nodes", "server")).isEqualTo(2);
        assertThat(run("--dir", folder.toString(), "--days", "0")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--nodes")
                .contains("two certificates would have the name server")
                .contains("--days must be 1 to 3650, was 0");
        assertThat(folder).isEmptyDirectory();
    }

    private String subject(String file) throws Exception {
        try (InputStream in = Files.newInputStream(folder.resolve(file))) {
            return ((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in))
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    private int run(String... arguments) {
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        String[] all = new String[arguments.length + 1];
        all[0] = "certs";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return line.execute(all);
    }
}
