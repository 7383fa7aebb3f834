package io.fogwhisk.edge.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.fogwhisk.edge.computer.RequestExecutor;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.proto.FunctionList;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.State;
import io.grpc.Metadata;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StateServerTest {

    private static final ByteString CONTENT = ByteString.copyFromUtf8("content");

    private final EdgeTransport transport = new EdgeTransport("here");
    private final EdgeTransport other = new EdgeTransport("there");
    private final StateStore localStore = new StateStore(1_000);
    private final StateStore remoteStore = new StateStore(1_000);
    private final StateServer local = new StateServer(transport, "127.0.0.1", 0, localStore);
    private final StateServer remote = new StateServer(other, "127.0.0.1", 0, remoteStore);
    private final StateClient client = new StateClient(transport);

    @BeforeEach
    void start() {
        local.start();
        remote.start();
    }

    @AfterEach
    void close() {
        local.close();
        remote.close();
        transport.close();
        other.close();
    }

    @Test
    void putsGetsAndRemovesStates() {
        // When
        await(client.put(remote.endpoint(), "s", CONTENT));

        // Then
        assertThat(await(client.get(remote.endpoint(), "s"))).isEqualTo(CONTENT);
        await(client.remove(remote.endpoint(), "s"));
        assertThat(remoteStore.bytes()).isZero();
        assertThatThrownBy(() -> await(client.get(remote.endpoint(), "s")))
                .hasMessageContaining("could not find state: s");
        assertThatThrownBy(() -> await(client.remove(remote.endpoint(), "s")))
                .hasMessageContaining("state not found: s");
    }

    @Test
    void refusesWhatHasNoRoomAndKeepsWhatItHas() {
        // Given
        await(client.put(remote.endpoint(), "s", ByteString.copyFrom(new byte[999])));

        // Then
        assertThatThrownBy(() -> await(client.put(remote.endpoint(), "s", ByteString.copyFrom(new byte[1_000]))))
                .hasMessageContaining("no room for state s of 1000 bytes: 1000 of 1000 are in use");
        assertThatThrownBy(() -> await(client.put(remote.endpoint(), "t", ByteString.EMPTY)))
                .hasMessageContaining("no room for state t");
        assertThat(await(client.get(remote.endpoint(), "s")).size()).isEqualTo(999);
        await(client.put(remote.endpoint(), "s", CONTENT));
        await(client.put(remote.endpoint(), "t", CONTENT));
    }

    @Test
    void movesTheStatesThatTheFunctionDependsOn() {
        // Given
        remoteStore.put("needed", CONTENT);
        remoteStore.put("other", CONTENT);
        State there = State.newBuilder().setLocation(remote.endpoint()).build();
        State embedded = State.newBuilder().setContent(CONTENT).build();
        LambdaRequest request = LambdaRequest.newBuilder()
                .setName("f")
                .putStates("needed", there)
                .putStates("other", there)
                .putStates("embedded", embedded)
                .putDependencies("needed", list("g", "f"))
                .putDependencies("other", list("g"))
                .putDependencies("embedded", list("f"))
                .build();

        // When
        LambdaResponse.Builder answer = await(migration().run(request, new Metadata()));

        // Then
        assertThat(answer.getRetcode()).isEqualTo("OK");
        assertThat(answer.getStatesMap())
                .containsEntry(
                        "needed",
                        State.newBuilder().setLocation(local.endpoint()).build())
                .containsEntry("other", there)
                .containsEntry("embedded", embedded);
        assertThat(localStore.get("needed")).contains(CONTENT);
        assertThat(remoteStore.get("needed")).isEmpty();
        assertThat(remoteStore.get("other")).contains(CONTENT);
    }

    @Test
    void leavesAStateThatIsHereAlready() {
        // Given
        localStore.put("s", CONTENT);
        State here = State.newBuilder().setLocation(local.endpoint()).build();
        LambdaRequest request = LambdaRequest.newBuilder()
                .setName("f")
                .putStates("s", here)
                .putDependencies("s", list("f"))
                .build();

        // When
        LambdaResponse.Builder answer = await(migration().run(request, new Metadata()));

        // Then
        assertThat(answer.getStatesMap()).containsEntry("s", here);
        assertThat(localStore.get("s")).contains(CONTENT);
    }

    @Test
    void doesNotRunAFunctionWhoseStateCannotBeBrought() {
        // Given
        LambdaRequest request = LambdaRequest.newBuilder()
                .setName("f")
                .putStates(
                        "gone",
                        State.newBuilder().setLocation(remote.endpoint()).build())
                .putStates(
                        "here",
                        State.newBuilder().setLocation(remote.endpoint()).build())
                .putDependencies("gone", list("f"))
                .putDependencies("here", list("f"))
                .build();
        remoteStore.put("here", CONTENT);
        RequestExecutor never = RequestExecutor.of(call -> {
            throw new AssertionError("it ran");
        });

        // When
        LambdaResponse.Builder answer =
                await(new StateMigration(never, client, local.endpoint()).run(request, new Metadata()));

        // Then: what was moved is where the answer says
        assertThat(answer.getRetcode())
                .isEqualTo("state 'gone' at " + remote.endpoint() + ": could not find state: gone");
        assertThat(answer.getStatesOrThrow("here").getLocation()).isEqualTo(local.endpoint());
        assertThat(answer.getStatesOrThrow("gone").getLocation()).isEqualTo(remote.endpoint());
        assertThat(localStore.get("here")).contains(CONTENT);
    }

    private StateMigration migration() {
        return new StateMigration(
                RequestExecutor.of(call -> CompletableFuture.completedFuture(LambdaResult.done("out"))),
                client,
                local.endpoint());
    }

    private static FunctionList list(String... names) {
        return FunctionList.newBuilder().addAllFunctions(List.of(names)).build();
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
