package io.fogwhisk.edge.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.CallbackServerGrpc;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.Void;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecuredNodeTest {

    private static final String TOKEN = "0123456789abcdef-domain";

    @TempDir
    Path folder;

    @Test
    void withControlInClearOnlyLambdasAreEncrypted() {
        EdgeSecurity mixed = new EdgeSecurity.MutualTls(TestIdentities.MADE.node(), true, Announcers.BY_CERTIFICATE);
        try (SecuredDomain domain = new SecuredDomain(mixed)) {
            EdgeTransport clear = domain.transport(EdgeSecurity.NONE);

            assertThat(domain.table(clear).getEntriesCount()).isEqualTo(1);
            assertThat(EdgeDomain.retcode(domain.call(clear))).contains("--secure");
            assertThat(domain.call(domain.transport(mixed))).isInstanceOf(LambdaResult.Done.class);
        }
    }

    @Test
    void tlsToAPortInClearTextFailsAndSaysSo() {
        try (SecuredDomain domain = new SecuredDomain(EdgeSecurity.NONE)) {
            EdgeTransport secure = domain.transport(TestIdentities.tls(TestIdentities.MADE.node()));

            assertThat(EdgeDomain.retcode(domain.call(secure)))
                    .contains("is unreachable")
                    .contains("speaks clear text");
        }
    }

    @Test
    void theTokenIsNotShownToWhomeverAClientNamesAsItsCallback() {
        // Given
        CopyOnWriteArrayList<Metadata> seen = new CopyOnWriteArrayList<>();
        ServerServiceDefinition callback = new UnaryService(CallbackServerGrpc.getServiceDescriptor())
                .method(CallbackServerGrpc.getReceiveResponseMethod(), (result, headers, answer) -> {
                    seen.add(headers);
                    answer.send(Void.getDefaultInstance());
                })
                .build();
        ServerServiceDefinition controller = controller(seen);
        try (EdgeTransport spy = new EdgeTransport("spy");
                EdgeTransport node = new EdgeTransport("node", 1, TestIdentities.token(TOKEN));
                EdgePort port = spy.open("callback", "127.0.0.1", 0, callback);
                EdgePort other = spy.open("controller", "127.0.0.1", 0, controller)) {
            // When
            UnaryCall.stage(
                            node.channel(port.endpoint()),
                            CallbackServerGrpc.getReceiveResponseMethod(),
                            LambdaResponse.getDefaultInstance(),
                            new Metadata(),
                            EdgeDomain.TIMEOUT)
                    .toCompletableFuture()
                    .join();
            UnaryCall.stage(
                            node.channel(other.endpoint()),
                            EdgeControllerGrpc.getAnnounceComputerMethod(),
                            ComputerInfo.getDefaultInstance(),
                            new Metadata(),
                            EdgeDomain.TIMEOUT)
                    .toCompletableFuture()
                    .join();

            // Then
            assertThat(seen).hasSize(2);
            assertThat(seen.get(0).get(Guard.TOKEN)).isNull();
            assertThat(seen.get(1).get(Guard.TOKEN)).isEqualTo(TOKEN);
        }
    }

    @Test
    void renewedFilesAreUsedForNewConnections() throws Exception {
        // Given: a caller that may not announce
        copy("edge-client");
        SecuredNode ports = secured(TestIdentities.tls(TestIdentities.MADE.node()));
        SecuredNode caller = secured(TestIdentities.tls(own()));
        ServerServiceDefinition service = controller(new CopyOnWriteArrayList<>());
        Server server = Grpc.newServerBuilderForPort(0, ports.port(List.of(service)))
                .addServices(ports.guard("controller", "127.0.0.1", List.of(service)))
                .build()
                .start();
        try {
            assertThat(announce(caller, server.getPort())).contains("refused");

            // When: it gets a certificate that may
            copy("client");
            caller.renew();

            // Then
            assertThat(announce(caller, server.getPort())).isEqualTo("done");

            // When: the files cannot be used any more
            Files.writeString(folder.resolve("client.crt"), "nothing");
            caller.renew();

            // Then
            assertThat(announce(caller, server.getPort())).isEqualTo("done");
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void filesThatCannotBeUsedAreNamed() throws Exception {
        Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> secured(TestIdentities.tls(TlsFiles.in(nowhere))))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining(nowhere.resolve("ca.crt").toString());

        copy("client");
        Path key = folder.resolve("client.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> secured(TestIdentities.tls(own()))).hasMessageContaining("chmod 600 " + key);

        Files.copy(
                TestIdentities.MADE.folder().resolve("partner.key"),
                key,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
        assertThatThrownBy(() -> secured(TestIdentities.tls(own())))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining(key.toString());

        Files.writeString(folder.resolve("ca.crt"), "");
        assertThatThrownBy(() -> secured(TestIdentities.tls(own())))
                .hasMessageContaining("no certificate in " + folder.resolve("ca.crt"));
    }

    @Test
    void certificatesOutOfTheirTimeAreNamed() {
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(3));
        Clock earlier = Clock.fixed(Instant.EPOCH, Clock.systemUTC().getZone());
        EdgeSecurity tls = TestIdentities.tls(TestIdentities.MADE.node());

        assertThatThrownBy(() -> new SecuredNode(tls, later))
                .hasMessageContaining("ca.crt")
                .hasMessageContaining("expired on");
        assertThatThrownBy(() -> new SecuredNode(tls, earlier)).hasMessageContaining("is not valid before");
    }

    @Test
    void tokensAreReadFromPrivateFilesOnlyAndNeverShown() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> AnnounceToken.read(file)).hasMessageContaining("chmod 600 " + file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        AnnounceToken token = AnnounceToken.read(file);

        assertThat(token.isShownBy(TOKEN)).isTrue();
        assertThat(token.isShownBy(TOKEN + "x")).isFalse();
        assertThat(token.isShownBy(null)).isFalse();
        assertThat(new Announcers(Optional.of(token), Set.of()).toString()).doesNotContain(TOKEN);
        assertThatThrownBy(() -> new AnnounceToken("short")).hasMessageContaining("16");
        assertThatThrownBy(() -> new AnnounceToken("a token with blanks in it")).hasMessageContaining("blanks");
        assertThatThrownBy(() -> AnnounceToken.read(folder.resolve("absent"))).hasMessageContaining("absent");
    }

    @Test
    void aNameCannotPretendToBeAnotherPart() {
        PeerName peer = PeerName.of("CN=x\\,OU\\=edge-node,OU=Guests+O=edge-node,C=IT");

        assertThat(peer.units()).containsExactly("Guests");
        assertThat(peer.commonNames()).containsExactly("x,OU=edge-node");
    }

    @Test
    void whatNobodyThoughtOfIsForAnnouncers() {
        assertThat(Access.to("fogwhisk.edge.Membership/RemoveRouter")).isEqualTo(Access.ANNOUNCERS);
        assertThat(Access.to("somebody.Else/Does")).isEqualTo(Access.ANNOUNCERS);
        assertThat(Access.to("uiiit.rpc.StateServer/Del")).isEqualTo(Access.NODES);
        assertThat(Access.to("uiiit.rpc.EdgeComputer/StreamUtil")).isEqualTo(Access.EVERYBODY);
    }

    private static SecuredNode secured(EdgeSecurity security) {
        return new SecuredNode(security, Clock.systemUTC());
    }

    private TlsFiles own() {
        return TlsFiles.in(folder);
    }

    /** Gives the folder everything that a node has, with somebody's certificate for its calls. */
    private void copy(String name) throws Exception {
        TlsFiles node = TestIdentities.MADE.node();
        TlsFiles holder = TestIdentities.MADE.holderOf(name);
        copy(node.authorities(), "ca.crt");
        copy(node.serverKey(), "server.key");
        copy(node.serverCertificate(), "server.crt");
        copy(holder.clientKey(), "client.key");
        copy(holder.clientCertificate(), "client.crt");
    }

    private void copy(Path from, String name) throws Exception {
        Path to = folder.resolve(name);
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        Files.setLastModifiedTime(to, FileTime.from(Instant.now()));
    }

    private static ServerServiceDefinition controller(CopyOnWriteArrayList<Metadata> seen) {
        UnaryService.Handler<ComputerInfo, Void> computer = (info, headers, answer) -> {
            seen.add(headers);
            answer.send(Void.getDefaultInstance());
        };
        return new UnaryService(EdgeControllerGrpc.getServiceDescriptor())
                .method(EdgeControllerGrpc.getAnnounceComputerMethod(), computer)
                .method(EdgeControllerGrpc.getRemoveComputerMethod(), computer)
                .method(
                        EdgeControllerGrpc.getAnnounceRouterMethod(),
                        (info, headers, answer) -> answer.send(Void.getDefaultInstance()))
                .build();
    }

    private static String announce(SecuredNode caller, int port) {
        ManagedChannel channel = Grpc.newChannelBuilderForAddress("127.0.0.1", port, caller.channel())
                .build();
        try {
            return UnaryCall.stage(
                            channel,
                            EdgeControllerGrpc.getAnnounceComputerMethod(),
                            ComputerInfo.getDefaultInstance(),
                            new Metadata(),
                            EdgeDomain.TIMEOUT)
                    .handle((answer, failure) -> failure == null ? "done" : String.valueOf(failure.getMessage()))
                    .toCompletableFuture()
                    .join();
        } finally {
            channel.shutdownNow();
        }
    }
}
