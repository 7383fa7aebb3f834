package io.fogwhisk.edge.security;

import io.fogwhisk.base.certificate.TestAuthority;
import io.fogwhisk.base.certificate.TestAuthority.Wanted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The certificates of a domain, and those of somebody else's authority; made once, as each takes a second. */
final class TestIdentities {

    static final TestIdentities MADE = new TestIdentities(Path.of("target", "test-identities"));

    private final Path own;
    private final Path foreign;

    private TestIdentities(Path folder) {
        own = folder.resolve("own");
        foreign = folder.resolve("foreign");
        List<String> uses = List.of("clientAuth");
        try {
            new TestAuthority(own, 2)
                    .make(List.of(
                            new Wanted("server", "edge-node", List.of("localhost", "127.0.0.1"), List.of("serverAuth")),
                            new Wanted("client", "edge-node", List.of(), uses),
                            new Wanted("edge-client", "edge-client", List.of(), uses),
                            new Wanted("partner", "partners", List.of(), uses)));
            new TestAuthority(foreign, 2).make(List.of(new Wanted("client", "edge-node", List.of(), uses)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of a node. */
    Path folder() {
        return own;
    }

    /** A node of the domain. */
    TlsFiles node() {
        return TlsFiles.in(own);
    }

    /** Somebody with a certificate of the domain's authority. */
    TlsFiles holderOf(String name) {
        return client(own, name);
    }

    /** Somebody who knows the domain's authority but is known to another one only, which calls him a node. */
    TlsFiles stranger() {
        return client(foreign, "client");
    }

    static EdgeSecurity tls(TlsFiles files) {
        return new EdgeSecurity.MutualTls(files, false, Announcers.BY_CERTIFICATE);
    }

    static EdgeSecurity tls(TlsFiles files, String... announcers) {
        return new EdgeSecurity.MutualTls(files, false, new Announcers(Optional.empty(), Set.of(announcers)));
    }

    static EdgeSecurity token(String token) {
        return new EdgeSecurity.ClearText(new Announcers(Optional.of(new AnnounceToken(token)), Set.of()));
    }

    private TlsFiles client(Path folder, String name) {
        TlsFiles node = node();
        return new TlsFiles(
                node.authorities(),
                node.serverKey(),
                node.serverCertificate(),
                folder.resolve(name + ".key"),
                folder.resolve(name + ".crt"));
    }
}
