package io.fogwhisk.bridge.computer;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.bridge.wire.LambdaName;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.wsk.EntityListing;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.model.AuthKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An edge computer whose lambdas are the triggers and actions of an OpenWhisk. It announces them all, and again at once
 * when there are others.
 *
 * <p>A trigger is answered with an envelope. So is an action when the caller asks for it by metadata; a caller that does
 * not, such as a foreign one, gets the text in the result's field {@code payload}.
 */
public final class WhiskComputer implements Service {

    private static final Duration SETTLE = Duration.ofMillis(20);

    private final EdgeTransport transport;
    private final EntityListing entities;
    private final EdgeComputer computer;
    private final AtomicBoolean stale = new AtomicBoolean();
    private EntityListing.@Nullable Registration registration;

    /** A computer that refuses callers without a key. */
    public WhiskComputer(
            EdgeComputerConfig config,
            OpenWhisk whisk,
            EntityListing entities,
            EdgeTransport transport,
            Metrics metrics) {
        this(config, whisk, entities, transport, metrics, Optional.empty());
    }

    /**
     * A computer that has not started.
     *
     * @param defaultKey for callers without a key, such as foreign ones; empty to refuse them
     */
    public WhiskComputer(
            EdgeComputerConfig config,
            OpenWhisk whisk,
            EntityListing entities,
            EdgeTransport transport,
            Metrics metrics,
            Optional<AuthKey> defaultKey) {
        this.transport = Objects.requireNonNull(transport, "transport is null");
        this.entities = Objects.requireNonNull(entities, "entities is null");
        Objects.requireNonNull(whisk, "whisk is null");
        this.computer = new EdgeComputer(config, new WhiskExecutor(whisk, defaultKey.orElse(null)), transport, metrics);
    }

    @Override
    public void start() {
        registration = entities.onChange(this::changed);
        announce();
        computer.start();
    }

    /** Where it listens; after the start. */
    public String endpoint() {
        return computer.endpoint();
    }

    @Override
    public void close() {
        if (registration != null) {
            registration.close();
        }
        computer.close();
    }

    private void changed() {
        // Listing takes longer than a listener may, and changes come in bursts.
        if (stale.compareAndSet(false, true)) {
            transport.control().after(SETTLE, this::announce);
        }
    }

    private void announce() {
        stale.set(false);
        Set<String> lambdas = new HashSet<>();
        entities.triggers().forEach(trigger -> lambdas.add(LambdaName.ofTrigger(trigger.namespace(), trigger.name())));
        entities.actions().forEach(action -> lambdas.add(action.toString()));
        computer.announce(lambdas);
    }
}
