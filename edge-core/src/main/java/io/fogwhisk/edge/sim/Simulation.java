package io.fogwhisk.edge.sim;

import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * One run of a domain on virtual time: the real {@link io.fogwhisk.edge.controller.ControlPlane} and, in each router,
 * the real {@link io.fogwhisk.edge.table.RoutingTables}; around them a model of what is not code of ours: clients,
 * network, cores and queues. To be run once, by one thread; starts none.
 *
 * <p>The first part of the span warms up and the second one counts; then no call comes any more, and those under way are
 * followed to their end, while everything else goes on. Memory is bounded by the entries of the tables (see
 * {@link SimConfig#expectedEntries}) and the calls under way.
 */
public final class Simulation {

    private static final double LONGEST_END_SECONDS = 3_600;

    private final SimConfig config;
    private final Agenda agenda = new Agenda();
    private final Domain domain;
    private final CallFlow calls;
    private final ControlFlow control;
    private final SplittableRandom failures;

    /** A run that has not begun. */
    public Simulation(SimConfig config) {
        this.config = Objects.requireNonNull(config, "config is null");
        SplittableRandom random = new SplittableRandom(config.seed());
        // Each has its own stream, so that every policy gets the same calls and the same failures.
        failures = random.split();
        SplittableRandom arrivals = random.split();
        SplittableRandom beats = random.split();
        domain = new Domain(config, agenda, random.split());
        calls = new CallFlow(config, domain, agenda, arrivals);
        control = new ControlFlow(config, domain, agenda, beats, calls::freed);
    }

    /** Runs. */
    public SimReport run() {
        long begin = System.nanoTime();
        control.begin();
        calls.planArrival();
        for (SimRouter router : domain.routers) {
            planPeriod(router);
        }
        for (SimComputer computer : domain.computers) {
            planVanishing(computer);
        }
        SimConfig.Span span = config.span();
        until(Agenda.nanos(span.warmUpSeconds()));
        calls.startCounting();
        control.traffic().count(true);
        domain.computers.forEach(SimComputer::startCounting);
        long end = Agenda.nanos(span.warmUpSeconds() + span.seconds());
        until(end);
        calls.stopArriving();
        control.traffic().count(false);
        SimReport.Utilisation utilisation = utilisation();
        SimReport.Control cost = cost();
        long latest = end + Agenda.nanos(LONGEST_END_SECONDS);
        while (calls.underWay() > 0 && agenda.next(latest)) {
            happen();
        }
        Outcomes outcomes = calls.outcomes();
        return new SimReport(
                outcomes.calls(),
                outcomes.answered(),
                outcomes.refusedCalls(),
                outcomes.lostCalls(),
                outcomes.delay(),
                outcomes.meanHops(),
                utilisation,
                cost,
                agenda.happened(),
                Agenda.seconds(agenda.getAsLong()),
                Agenda.seconds(System.nanoTime() - begin));
    }

    private void until(long time) {
        while (agenda.next(time)) {
            happen();
        }
    }

    private void happen() {
        int subject = agenda.subject();
        switch (agenda.kind()) {
            case ARRIVAL -> calls.arrival();
            case AT_ROUTER -> calls.atRouter(subject);
            case AT_COMPUTER -> calls.atComputer(subject);
            case FINISHED -> calls.finished(subject);
            case BACK -> calls.atHop(subject);
            case AT_CLIENT -> calls.atClient(subject);
            case RESUME -> calls.resume(subject);
            case PERIOD -> {
                domain.routers.get(subject).routing.periodEnded();
                planPeriod(domain.routers.get(subject));
            }
            case BEAT -> control.beat(subject);
            case ANNOUNCED -> control.announced(subject);
            case LEASES -> control.endLeases();
            case COMMAND -> control.command(subject);
            case COMMAND_DONE -> control.commandDone(subject);
            case VANISH -> {
                calls.vanish(domain.computers.get(subject));
                agenda.after(exponential(config.upkeep().downSeconds()), Event.RETURN, subject);
            }
            case RETURN -> {
                SimComputer computer = domain.computers.get(subject);
                computer.comeBack();
                control.returned(computer);
                planVanishing(computer);
            }
        }
    }

    private void planPeriod(SimRouter router) {
        Duration period = router.routing.period();
        if (!period.isZero()) {
            agenda.after(period.toNanos(), Event.PERIOD, router.number);
        }
    }

    private void planVanishing(SimComputer computer) {
        if (config.upkeep().upSeconds() > 0) {
            agenda.after(exponential(config.upkeep().upSeconds()), Event.VANISH, computer.number);
        }
    }

    private long exponential(double seconds) {
        return Agenda.nanos(-seconds * Math.log(1 - failures.nextDouble()));
    }

    private SimReport.Utilisation utilisation() {
        double possible =
                Agenda.nanos(config.span().seconds()) * (double) config.work().cores();
        double sum = 0;
        double squares = 0;
        double most = 0;
        for (SimComputer computer : domain.computers) {
            double share = computer.busyNanos() / possible;
            sum += share;
            squares += share * share;
            most = Math.max(most, share);
        }
        double mean = sum / domain.computers.size();
        double variance = Math.max(0, squares / domain.computers.size() - mean * mean);
        return new SimReport.Utilisation(mean, Math.sqrt(variance), most);
    }

    private SimReport.Control cost() {
        long entries = 0;
        int most = 0;
        for (SimRouter router : domain.routers) {
            int size = router.routing.entries(0).size();
            entries += size;
            most = Math.max(most, size);
        }
        return control.traffic().report(config.span().seconds(), (double) entries / domain.routers.size(), most);
    }
}
