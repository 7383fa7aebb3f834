package io.fogwhisk.bridge.computer;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.bridge.wire.LambdaName;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.wsk.EntityListing;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An edge computer whose lambdas are the triggers, the actions and the web actions of an OpenWhisk, and one of its own
 * that reads activation records. It announces them all, and again at once when there are others.
 *
 * <p>A trigger is answered with an envelope. So is an action when the caller asks for it by metadata; a caller that does
 * not, such as a foreign one, gets the text in the result's field {@code payload}.
 */
public final class WhiskComputer implements Service {

    private static final Duration SETTLE = Duration.ofMillis(20);

    private final EdgeTransport transport;
    private final WhiskSite site;
    private final EdgeComputer computer;
    private final AtomicBoolean stale = new AtomicBoolean();
    private EntityListing.@Nullable Registration registration;

    /** A computer that has not started; the OpenWhisk is the caller's. */
    public WhiskComputer(EdgeComputerConfig config, WhiskSite site, EdgeTransport transport, Metrics metrics) {
        this.transport = Objects.requireNonNull(transport, "transport is null");
        this.site = Objects.requireNonNull(site, "site is null");
        this.computer = new EdgeComputer(config, new WhiskExecutor(site, System::nanoTime), transport, metrics);
    }

    @Override
    public void start() {
        registration = site.entities().onChange(this::changed);
        computer.announce(entities());
        computer.start();
        // Only now is it known under which endpoint.
        announce();
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
        Set<String> lambdas = entities();
        if (site.rest().isEmpty()) {
            computer.announce(lambdas);
            return;
        }
        String activations = LambdaName.ofActivations(computer.endpoint());
        lambdas.add(activations);
        computer.announce(lambdas, Set.of(activations));
    }

    private Set<String> entities() {
        Set<String> lambdas = new HashSet<>();
        EntityListing entities = site.entities();
        entities.triggers().forEach(trigger -> lambdas.add(LambdaName.ofTrigger(trigger.namespace(), trigger.name())));
        entities.actions().forEach(action -> lambdas.add(action.toString()));
        if (site.rest().isPresent()) {
            entities.webActions().forEach(action -> lambdas.add(LambdaName.ofWeb(action)));
        }
        return lambdas;
    }
}
