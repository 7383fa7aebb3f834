package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.state.StateClient;
import io.fogwhisk.edge.workflow.WorkflowFile;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Puts the states of a workflow where its functions fetch them. */
public final class ClientStates {

    private static final long LIMIT_SECONDS = 10;

    private ClientStates() {}

    /**
     * Puts every state of a file on a state server; waits for each, for a bounded time.
     *
     * @param endpoint {@code host:port}
     * @throws EdgeException if one cannot be put
     */
    public static void put(EdgeTransport transport, String endpoint, WorkflowFile file) {
        StateClient client = new StateClient(transport);
        for (Map.Entry<String, Integer> state : file.stateSizes().entrySet()) {
            try {
                client.put(endpoint, state.getKey(), RequestForm.content(state.getValue()))
                        .toCompletableFuture()
                        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new EdgeException("cannot put a state: " + causeOf(e).getMessage(), e);
            } catch (TimeoutException e) {
                throw new EdgeException("no answer from the state server " + endpoint, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EdgeException("interrupted while states were put", e);
            }
        }
    }

    private static Throwable causeOf(ExecutionException e) {
        return e.getCause() == null ? e : e.getCause();
    }
}
