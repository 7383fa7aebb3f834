package io.fogwhisk.edge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.DestinationStatus;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.ForwardingTable;
import io.fogwhisk.edge.rpc.proto.NumTables;
import io.fogwhisk.edge.rpc.proto.Return;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TableClientTest {

    private final EdgeDomain domain = new EdgeDomain(false);

    @AfterEach
    void close() {
        domain.close();
    }

    @Test
    void seesInBothTablesWhatItChanged() {
        // Given
        TableClient client = client(domain.router("").tableEndpoint());

        // When
        client.change(new ForwardingEntry("f", "h:1", 0.5f, true, true, DestinationStatus.UNKNOWN));
        client.change(new ForwardingEntry("f", "h:2", 2, false));

        // Then
        List<List<ForwardingEntry>> tables = client.tables();
        assertThat(tables).hasSize(2);
        assertThat(tables.get(0)).extracting(ForwardingEntry::destination).containsExactlyInAnyOrder("h:1", "h:2");
        assertThat(tables.get(1)).singleElement().satisfies(entry -> {
            assertThat(entry.destination()).isEqualTo("h:1");
            assertThat(entry.weight()).isEqualTo(0.5f);
            assertThat(entry.finalDestination()).isTrue();
        });
    }

    @Test
    void removesAndFlushes() {
        // Given
        EdgeRouter router = domain.router("");
        TableClient client = client(router.tableEndpoint());
        client.change(new ForwardingEntry("f", "h:1", 1, true));
        client.change(new ForwardingEntry("f", "h:2", 1, true));
        client.change(new ForwardingEntry("g", "h:1", 1, true));

        // When
        client.remove("f", "h:1");

        // Then
        assertThat(router.entries())
                .extracting(entry -> entry.lambda() + " " + entry.destination())
                .containsExactly("f h:2", "g h:1");

        // When
        client.flush();

        // Then
        assertThat(client.tables()).containsExactly(List.of(), List.of());
    }

    @Test
    void resetsEveryWeightToOneAndLeavesTheRestAsItIs() {
        // Given
        TableClient client = client(domain.router("").tableEndpoint());
        client.change(new ForwardingEntry("f", "h:1", 0.5f, true));
        client.change(new ForwardingEntry("f", "h:2", 2, false));

        // When
        int count = client.reset();

        // Then
        assertThat(count).isEqualTo(2);
        assertThat(client.tables().get(0)).extracting(ForwardingEntry::weight).containsExactly(1f, 1f);
        assertThat(client.tables().get(1))
                .extracting(ForwardingEntry::destination)
                .containsExactly("h:1");
    }

    @Test
    void readsWhatARouterSaysWhenItRefuses() {
        // Given
        EdgePort port = foreignRouter("Error: Invalid destination towards h:1");

        // Then
        assertThatThrownBy(() -> client(port.endpoint()).change(new ForwardingEntry("f", "h:1", 0, true)))
                .isInstanceOf(EdgeException.class)
                .hasMessage("router " + port.endpoint() + " refuses: Error: Invalid destination towards h:1");
    }

    @Test
    void knowsNothingOfTheDestinationsOfAForeignRouter() {
        // Given
        EdgePort port = foreignRouter("OK");

        // Then
        assertThat(client(port.endpoint()).tables())
                .singleElement()
                .satisfies(table -> assertThat(table).containsExactly(new ForwardingEntry("f", "h:1", 0.25f, true)));
    }

    @Test
    void saysInOneLineThatARouterIsNotThere() {
        // Given
        EdgePort port = foreignRouter("OK");
        port.close();

        // Then
        assertThatThrownBy(() -> client(port.endpoint()).tables())
                .isInstanceOf(EdgeException.class)
                .hasMessageStartingWith("no answer from router " + port.endpoint() + ": ")
                .hasMessageContaining("Connection refused");
    }

    private EdgePort foreignRouter(String outcome) {
        ForwardingTable table = ForwardingTable.newBuilder()
                .addEntries(ForwardingTable.Entry.newBuilder()
                        .setLambda("f")
                        .setDestination("h:1")
                        .setWeight(0.25f)
                        .setFinal(true))
                .build();
        return domain.transport()
                .open(
                        "foreign router",
                        "127.0.0.1",
                        0,
                        new UnaryService(EdgeRouterGrpc.getServiceDescriptor())
                                .method(
                                        EdgeRouterGrpc.getConfigureMethod(),
                                        (conf, headers, answer) -> answer.send(Return.newBuilder()
                                                .setMsg(outcome)
                                                .build()))
                                .method(EdgeRouterGrpc.getGetTableMethod(), (id, headers, answer) -> answer.send(table))
                                .method(
                                        EdgeRouterGrpc.getGetNumTablesMethod(),
                                        (nothing, headers, answer) -> answer.send(NumTables.newBuilder()
                                                .setValue(1)
                                                .build()))
                                .build());
    }

    private TableClient client(String router) {
        return new TableClient(domain.transport(), router, Duration.ofSeconds(10));
    }
}
