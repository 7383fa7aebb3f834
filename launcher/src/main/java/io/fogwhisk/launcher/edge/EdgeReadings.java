package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.metrics.Level;
import io.fogwhisk.base.metrics.Level.Reading;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.processor.SimulatedComputer;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.DestinationStatus;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What the metrics page shows of the nodes of an edge domain; of nodes that have started. */
public final class EdgeReadings {

    private EdgeReadings() {}

    /** Of a router: itself, and each destination of its overall table. */
    public static Supplier<List<Reading>> of(EdgeRouter router) {
        String name = router.endpoint();
        return () -> {
            List<Reading> readings = new ArrayList<>();
            readings.add(Level.EDGE_ROUTER_IN_FLIGHT.reading(router.inFlight(), name));
            readings.add(Level.EDGE_ROUTER_WAITING.reading(router.waiting(), name));
            router.entries().forEach(entry -> add(readings, name, entry));
            return readings;
        };
    }

    /** Of a controller: how many nodes it knows. */
    public static Supplier<List<Reading>> of(EdgeController controller) {
        String name = controller.endpoint();
        return () -> List.of(
                Level.EDGE_CONTROLLER_COMPUTERS.reading(controller.computers().size(), name),
                Level.EDGE_CONTROLLER_ROUTERS.reading(controller.routers().size(), name));
    }

    /**
     * Of a simulated computer: how busy its processors were in the last second.
     *
     * @param name what the page calls it
     */
    public static Supplier<List<Reading>> of(String name, SimulatedComputer computer) {
        Map<String, Double> last = new ConcurrentHashMap<>();
        computer.observe(last::putAll);
        return () -> last.entrySet().stream()
                .map(each -> Level.EDGE_COMPUTER_LOAD.reading(each.getValue(), name, each.getKey()))
                .toList();
    }

    private static void add(List<Reading> readings, String router, ForwardingEntry entry) {
        String[] subject = {router, entry.lambda(), entry.destination()};
        DestinationStatus status = entry.status();
        readings.add(Level.EDGE_DESTINATION_WEIGHT.reading(entry.weight(), subject));
        readings.add(Level.EDGE_DESTINATION_IN_FLIGHT.reading(status.inFlight(), subject));
        readings.add(Level.EDGE_DESTINATION_LATENCY.reading(status.latencySeconds(), subject));
        readings.add(Level.EDGE_DESTINATION_CALLS.reading((double) status.calls(), subject));
        readings.add(Level.EDGE_DESTINATION_ERRORS.reading((double) status.errors(), subject));
        readings.add(Level.EDGE_DESTINATION_BREAKER.reading(breaker(status.breaker()), subject));
    }

    private static int breaker(String state) {
        return switch (state) {
            case "open" -> 2;
            case "probing" -> 1;
            default -> 0;
        };
    }
}
