package io.fogwhisk.edge.sim;

import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.table.RoutingTables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The nodes of a run and where they are. One router per site; computers are dealt out to the sites, and lambdas and
 * speeds to the computers, evenly and at random. Nodes have numbers: first the routers, then the computers.
 */
final class Domain {

    private static final int LAMBDA_PORT = 6473;
    private static final int TABLE_PORT = 6474;
    private static final int FIRST_COMPUTER_PORT = 10_000;

    final Places places;
    final int controllerSite;
    final List<SimRouter> routers = new ArrayList<>();
    final List<SimComputer> computers = new ArrayList<>();
    final List<RunRequest> requests = new ArrayList<>();
    final List<RunRequest> forwarded = new ArrayList<>();
    private final Map<String, Integer> nodes = new HashMap<>();
    private final double[] capacity;
    private double allCapacity;

    Domain(SimConfig config, Agenda agenda, SplittableRandom random) {
        places = new Places(config.network(), config.routers(), random.split());
        controllerSite = places.middle();
        SplittableRandom choices = random.split();
        for (int i = 0; i < config.routers(); i++) {
            RandomGenerator own = choices.split();
            String host = Places.host(i);
            SimRouter router = new SimRouter(
                    i,
                    host + ":" + LAMBDA_PORT,
                    host + ":" + TABLE_PORT,
                    RoutingTables.of(
                            config.policy().tableConf(),
                            config.policy().optimizerConf(),
                            config.bounds().maxPending(),
                            agenda,
                            () -> own),
                    config.bounds().maxWaiting());
            routers.add(router);
            nodes.put(router.endpoint, i);
        }
        SimConfig.Work work = config.work();
        int[] deal = shuffled(config.computers(), random.split());
        int[] speeds = shuffled(config.computers(), random.split());
        capacity = new double[work.lambdas()];
        for (int i = 0; i < config.computers(); i++) {
            int[] lambdas = new int[work.lambdasPerComputer()];
            for (int j = 0; j < lambdas.length; j++) {
                lambdas[j] = (int) (((long) deal[i] * lambdas.length + j) % work.lambdas());
            }
            int site = i % config.routers();
            SimComputer computer = new SimComputer(
                    i,
                    site,
                    Places.host(site) + ":" + (FIRST_COMPUTER_PORT + i / config.routers()),
                    lambdas,
                    work.speeds().get(speeds[i] % work.speeds().size()),
                    work,
                    agenda);
            computers.add(computer);
            nodes.put(computer.endpoint, config.routers() + i);
            for (int lambda : lambdas) {
                capacity[lambda] += computer.speed * work.cores() / lambdas.length;
            }
            allCapacity += computer.speed * work.cores();
        }
        for (int i = 0; i < work.lambdas(); i++) {
            RunRequest request =
                    RunRequest.of(LambdaRequest.newBuilder().setName(lambda(i)).build());
            requests.add(request);
            forwarded.add(request.onward());
        }
    }

    /** The name of a lambda. */
    static String lambda(int number) {
        return "clambda" + number;
    }

    /** What all cores together do, in cores of speed 1. */
    double capacity() {
        return allCapacity;
    }

    /** Draws a lambda, each as often as its share of the capacity. */
    int drawLambda(RandomGenerator random) {
        if (capacity.length == 1) {
            return 0;
        }
        double draw = random.nextDouble() * allCapacity;
        int lambda = 0;
        while (lambda < capacity.length - 1 && draw >= capacity[lambda]) {
            draw -= capacity[lambda];
            lambda++;
        }
        return lambda;
    }

    /** The number of the node that an entry of a table names. */
    int node(String endpoint) {
        Integer known = nodes.get(endpoint);
        if (known == null) {
            throw new IllegalStateException("no node at " + endpoint);
        }
        return known;
    }

    private static int[] shuffled(int size, RandomGenerator random) {
        int[] numbers = new int[size];
        for (int i = 0; i < size; i++) {
            int other = random.nextInt(i + 1);
            numbers[i] = numbers[other];
            numbers[other] = i;
        }
        return numbers;
    }
}
