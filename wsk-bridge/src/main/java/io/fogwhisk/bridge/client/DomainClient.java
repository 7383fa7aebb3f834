package io.fogwhisk.bridge.client;

import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.wsk.Outcome;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The way into an edge domain: calls lambdas at one router, so many at a time. Each call and what became of it is a line
 * of the logger {@value #CALL_LOG}, at DEBUG. Thread-safe; never blocks.
 */
public final class DomainClient {

    /** The logger of the calls. */
    public static final String CALL_LOG = "io.fogwhisk.bridge.calls";

    private static final Logger CALLS = LoggerFactory.getLogger(CALL_LOG);

    private final BridgeConfig config;
    private final EdgeClient client;
    private final AtomicInteger inFlight = new AtomicInteger();

    /** A client; nothing is dialled before the first call. */
    public DomainClient(BridgeConfig config, EdgeTransport transport) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.client = new EdgeClient(transport);
    }

    /** Calls a lambda. The stage completes within the configured time, on the network's thread, never exceptionally. */
    public CompletionStage<LambdaResult> call(LambdaCall call) {
        if (inFlight.incrementAndGet() > config.maxInFlight()) {
            inFlight.decrementAndGet();
            return ended(call, LambdaResult.failed(Retcode.FULL + " at the bridge: " + config.maxInFlight()));
        }
        CompletionStage<LambdaResult> stage;
        try {
            stage = client.call(config.routerEndpoint(), call, config.timeout());
        } catch (EdgeException e) {
            inFlight.decrementAndGet();
            return ended(call, LambdaResult.failed(Retcode.RPC_FAILED + e.getMessage()));
        }
        return stage.thenApply(result -> {
            inFlight.decrementAndGet();
            log(call, result);
            return result;
        });
    }

    /** What a failure of the edge domain is to callers of an OpenWhisk. */
    static Outcome unavailable(String retcode) {
        return retcode.startsWith(Retcode.FULL)
                ? new Outcome.Unavailable(Outcome.TOO_MANY_REQUESTS, retcode)
                : new Outcome.Unavailable(retcode);
    }

    private static CompletionStage<LambdaResult> ended(LambdaCall call, LambdaResult result) {
        log(call, result);
        return CompletableFuture.completedStage(result);
    }

    private static void log(LambdaCall call, LambdaResult result) {
        if (!CALLS.isDebugEnabled()) {
            return;
        }
        LoggingEventBuilder line = CALLS.atDebug().addKeyValue("lambda", call.name());
        if (result instanceof LambdaResult.Done done) {
            line = line.addKeyValue("retcode", Retcode.OK).addKeyValue("load", done.load1());
        } else if (result instanceof LambdaResult.Failed failed) {
            line = line.addKeyValue("retcode", failed.retcode()).addKeyValue("load", "unknown");
        }
        line.addKeyValue("responder", result.responder())
                .addKeyValue("hops", result.hops())
                .log("lambda called");
    }
}
