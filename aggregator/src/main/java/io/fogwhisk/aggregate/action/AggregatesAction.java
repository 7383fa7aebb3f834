package io.fogwhisk.aggregate.action;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.StatisticsReader;
import io.fogwhisk.aggregate.outbox.Outbox;
import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.wsk.action.ActivationContext;
import io.fogwhisk.wsk.action.InProcessAction;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes the aggregates of the windows that are complete and ships them to the centre. One run at a time, on a thread
 * of its own; a run that finds {@value #MAX_WAITING} others waiting ends with an error.
 */
public final class AggregatesAction implements InProcessAction, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AggregatesAction.class);
    private static final int MAX_WAITING = 16;

    private final StatisticsReader reader;
    private final AggregateShipment shipment;
    private final ThreadPoolExecutor executor;

    /**
     * The action.
     *
     * @param name whose thread it is, such as a site id
     * @param queryTimeout of one query to the local database
     */
    public AggregatesAction(String name, Duration queryTimeout, Outbox outbox, Metrics metrics, Clock clock) {
        this.reader = new StatisticsReader(queryTimeout);
        this.shipment = new AggregateShipment(reader, outbox, metrics, clock);
        this.executor = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                NamedThreads.single(name + "-aggregates"));
    }

    @Override
    public CompletionStage<JsonObject> run(JsonObject params, ActivationContext context) {
        CompletableFuture<JsonObject> result = new CompletableFuture<>();
        try {
            executor.execute(() -> run(params, context, result));
        } catch (RejectedExecutionException e) {
            LOG.atWarn().addKeyValue("activationId", context.activationId()).log("aggregates refused");
            result.complete(error("aggregates are not computed: " + MAX_WAITING
                    + " earlier runs are not done yet, or the site is stopping"));
        }
        return result;
    }

    private void run(JsonObject params, ActivationContext context, CompletableFuture<JsonObject> result) {
        try {
            result.complete(shipment.ship(AggregateJob.of(params.tree(), context.namespace()), context.deadline()));
        } catch (AggregateException e) {
            LOG.atWarn()
                    .addKeyValue("activationId", context.activationId())
                    .addKeyValue("error", e.getMessage())
                    .log("aggregates failed");
            result.complete(error(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /** Breaks off the run under way: it ends with an error and the next one does its work again. */
    @Override
    public void close() {
        executor.shutdown();
        reader.close();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static JsonObject error(String reason) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        return JsonObject.adopt(json.put("error", reason));
    }
}
