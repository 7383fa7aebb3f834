package io.fogwhisk.edge.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.grpc.Metadata;
import java.util.List;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AttackTest {

    private static final String TOKEN = "0123456789abcdef-domain";

    @SuppressWarnings("NullAway.Init")
    private static SecuredDomain secured;

    @BeforeAll
    static void start() {
        secured = new SecuredDomain(TestIdentities.tls(TestIdentities.MADE.node()));
    }

    @AfterAll
    static void stop() {
        secured.close();
    }

    @Test
    void aClientsCertificateRunsLambdasAndReadsTablesOnly() {
        EdgeTransport client = secured.transport(TestIdentities.tls(TestIdentities.MADE.holderOf("edge-client")));

        assertThat(secured.call(client)).isInstanceOf(LambdaResult.Done.class);
        assertThat(secured.table(client).getEntriesList())
                .anyMatch(each -> each.getDestination().equals(secured.computer.endpoint()));
        assertThat(secured.attack(client))
                .allSatisfy(outcome -> assertThat(outcome)
                        .startsWith("refused: uiiit.rpc.Edge")
                        .contains("OU=edge-node")
                        .contains("CN=edge-client,OU=edge-client"));
        assertNothingChanged(secured);
    }

    @Test
    void aCertificateOfAnotherAuthorityGetsNoConnectionWhateverItSays() {
        EdgeTransport stranger = secured.transport(TestIdentities.tls(TestIdentities.MADE.stranger()));

        assertThat(secured.attack(stranger))
                .allSatisfy(outcome -> assertThat(outcome).contains("refused this node's certificate"));
        assertThat(EdgeDomain.retcode(secured.call(stranger))).contains("refused this node's certificate");
        assertNothingChanged(secured);
    }

    @Test
    void clearTextToATlsPortIsRefusedAndSaysSo() {
        EdgeTransport clear = secured.transport(EdgeSecurity.NONE);

        assertThat(secured.attack(clear))
                .allSatisfy(outcome -> assertThat(outcome).contains("--secure"));
        assertThat(EdgeDomain.retcode(secured.call(clear)))
                .contains("is unreachable")
                .contains("--secure");
        assertNothingChanged(secured);
    }

    @Test
    void aCertificateMadeElsewhereMayAnnounceWhenItIsNamed() {
        try (SecuredDomain domain =
                new SecuredDomain(TestIdentities.tls(TestIdentities.MADE.node(), "partner", "nobody"))) {
            EdgeTransport partner = domain.transport(TestIdentities.tls(TestIdentities.MADE.holderOf("partner")));

            assertThat(domain.attempt(
                            partner,
                            domain.controller.endpoint(),
                            EdgeControllerGrpc.getAnnounceComputerMethod(),
                            ComputerInfo.newBuilder()
                                    .setEdgeServerEndpoint("127.0.0.1:9")
                                    .build()))
                    .isEqualTo("done");
            assertThat(domain.controller.computers()).contains("127.0.0.1:9");
        }
    }

    @Test
    void withATokenInClearTextOnlyItsBearersAnnounce() {
        try (SecuredDomain domain = new SecuredDomain(TestIdentities.token(TOKEN))) {
            EdgeTransport nobody = domain.transport(EdgeSecurity.NONE);
            EdgeTransport guesser = domain.transport(TestIdentities.token("0123456789abcdef-guessed"));

            assertThat(domain.attack(nobody))
                    .allSatisfy(outcome -> assertThat(outcome).contains("without a token"));
            assertThat(domain.attack(guesser))
                    .allSatisfy(outcome ->
                            assertThat(outcome).contains("another token").doesNotContain("guessed"));
            assertThat(domain.call(nobody)).isInstanceOf(LambdaResult.Done.class);
            assertNothingChanged(domain);
        }
    }

    @Test
    void withoutCertificatesAndTokenEverybodyMayAnnounceAsInTheReference() {
        try (SecuredDomain domain = new SecuredDomain(EdgeSecurity.NONE)) {
            assertThat(domain.attack(domain.transport(EdgeSecurity.NONE))).containsOnly("done");
        }
    }

    @Test
    void giantMessagesAndHeadersAreRefusedWithoutHarm() {
        EdgeTransport client = secured.transport(TestIdentities.tls(TestIdentities.MADE.holderOf("edge-client")));
        Metadata many = new Metadata();
        for (int each = 0; each < 5_000; each++) {
            many.put(Metadata.Key.of("x-" + each, Metadata.ASCII_STRING_MARSHALLER), "y");
        }
        String giant = "x".repeat(17 * 1024 * 1024);

        assertThat(List.of(outcome(client, giant, new Metadata()), outcome(client, "", many)))
                .doesNotContain("done");

        assertThat(secured.call(client)).isInstanceOf(LambdaResult.Done.class);
    }

    private static String outcome(EdgeTransport client, String input, Metadata headers) {
        LambdaRequest request =
                LambdaRequest.newBuilder().setName("echo").setInput(input).build();
        return UnaryCall.stage(
                        client.channel(secured.router.endpoint()),
                        EdgeServerGrpc.getRunLambdaMethod(),
                        request,
                        headers,
                        EdgeDomain.TIMEOUT)
                .handle((answer, failure) -> failure == null ? "done" : String.valueOf(failure.getMessage()))
                .toCompletableFuture()
                .join();
    }

    private static void assertNothingChanged(SecuredDomain domain) {
        assertThat(domain.controller.computers()).isEqualTo(Set.of(domain.computer.endpoint()));
        assertThat(domain.controller.routers()).isEqualTo(Set.of(domain.router.endpoint()));
        assertThat(domain.router.entries())
                .extracting(ForwardingEntry::lambda, ForwardingEntry::destination)
                .containsExactly(Tuple.tuple("echo", domain.computer.endpoint()));
    }
}
