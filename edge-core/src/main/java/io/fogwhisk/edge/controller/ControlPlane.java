package io.fogwhisk.edge.controller;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Who is there: applies announcements, farewells and ends of leases, and says through {@link RouterCommands} what each
 * router must be told about it. Pure: no thread, no input or output, no time but that of its clock; what it decides
 * depends on nothing else. Confined to one thread.
 *
 * <p>An announcement that changes nothing costs a comparison of its lambdas; {@link Installer} says what others cost.
 */
public final class ControlPlane {

    private static final int MAX_NODES = 100_000;

    private final Installer installer;
    private final RouterCommands commands;
    private final LongSupplier nanoClock;
    private final Duration settling;
    private final Map<String, Kept<ComputerNode>> computers = new LinkedHashMap<>();
    private final Map<String, Kept<RouterNode>> routers = new LinkedHashMap<>();

    /**
     * A plane that knows nobody.
     *
     * @param installer of this plane alone
     * @param nanoClock monotonic, as {@link System#nanoTime}
     */
    public ControlPlane(Installer installer, RouterCommands commands, LongSupplier nanoClock) {
        this(installer, commands, nanoClock, Duration.ZERO);
    }

    /**
     * A plane that knows nobody.
     *
     * @param installer of this plane alone
     * @param nanoClock monotonic, as {@link System#nanoTime}
     * @param settling how long after a router was found everybody else that it can reach is known, too: then what it
     *     holds is checked
     */
    public ControlPlane(Installer installer, RouterCommands commands, LongSupplier nanoClock, Duration settling) {
        this.settling = Objects.requireNonNull(settling, "settling is null");
        this.installer = Objects.requireNonNull(installer, "installer is null");
        this.commands = Objects.requireNonNull(commands, "commands is null");
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock is null");
    }

    /** What an announcement made of its node. */
    public enum Outcome {
        /** It was not there before. */
        FOUND,
        /** It was there, but what others must know about it, or it about others, has changed. */
        CHANGED,
        /** It was there and goes on as before. */
        RENEWED
    }

    /**
     * The nodes whose leases ended.
     *
     * @param computers their end-points
     * @param routers their end-points
     */
    public record Lost(List<String> computers, List<String> routers) {

        /** Copies the lists. */
        public Lost {
            computers = List.copyOf(computers);
            routers = List.copyOf(routers);
        }

        /** Whether nobody was lost. */
        public boolean isEmpty() {
            return computers.isEmpty() && routers.isEmpty();
        }
    }

    /**
     * A computer says what it can run.
     *
     * @throws EdgeException if there are too many
     */
    public Outcome announce(ComputerNode computer, Lease lease) {
        Kept<ComputerNode> known = computers.get(computer.endpoint());
        if (known == null) {
            checkRoom(computers, "computers");
            computers.put(computer.endpoint(), new Kept<>(computer, lease, endOf(lease)));
            installer.announced(computer, commands);
            return Outcome.FOUND;
        }
        boolean same = known.node.offersTheSameAs(computer);
        known.renew(same ? known.node : computer, lease, endOf(lease));
        if (same) {
            return Outcome.RENEWED;
        }
        installer.announced(computer, commands);
        return Outcome.CHANGED;
    }

    /**
     * A router says that it is there. One that is new, has started anew, or does not say whether it has, is told
     * everything.
     *
     * @throws EdgeException if there are too many
     */
    public Outcome announce(RouterNode router, Lease lease) {
        Kept<RouterNode> known = routers.get(router.endpoint());
        if (known != null && known.node.equals(router)) {
            boolean mayKnowNothing = lease.endless() || !lease.instance().equals(known.lease.instance());
            known.renew(known.node, lease, endOf(lease));
            if (mayKnowNothing) {
                known.checkFrom(checkAt());
                installer.tell(router, commands);
            }
            return mayKnowNothing ? Outcome.CHANGED : Outcome.RENEWED;
        }
        if (known == null) {
            checkRoom(routers, "routers");
        } else {
            drop(known.node);
        }
        Kept<RouterNode> found = new Kept<>(router, lease, endOf(lease));
        found.checkFrom(checkAt());
        routers.put(router.endpoint(), found);
        installer.joined(router, commands);
        return Outcome.FOUND;
    }

    /** Says everything again to a router, if it is there. */
    public void tellEverything(String endpoint) {
        Kept<RouterNode> known = routers.get(endpoint);
        if (known != null) {
            installer.tell(known.node, commands);
        }
    }

    /**
     * The routers whose tables must be read and said to {@link #holds}, each once. They announce themselves again and
     * again; what others hold is nobody's but theirs.
     */
    public List<RouterNode> takeChecks() {
        long now = nanoClock.getAsLong();
        List<RouterNode> due = new ArrayList<>();
        for (Kept<RouterNode> each : routers.values()) {
            if (each.unchecked && !each.lease.endless() && now - each.checkAt >= 0) {
                each.unchecked = false;
                due.add(each.node);
            }
        }
        return due;
    }

    /** What a router holds must be checked, again or for the first time, but not before everybody has settled. */
    public void checkLater(RouterNode router) {
        Kept<RouterNode> known = routers.get(router.endpoint());
        if (known != null && known.node.equals(router)) {
            known.checkFrom(checkAt());
        }
    }

    /** Time went by in which nobody could be heard: no router is checked before everybody has settled again. */
    public void settleAnew() {
        routers.values().forEach(each -> {
            if (each.unchecked) {
                each.checkFrom(checkAt());
            }
        });
    }

    /**
     * What a router has in its tables. What a controller put there and this one does not know is removed: it was in use
     * when a controller was there last, and is gone. What operators and foreign controllers put there stays.
     *
     * @return how many entries are to be removed
     */
    public int holds(RouterNode router, List<ForwardingEntry> entries) {
        Kept<RouterNode> known = routers.get(router.endpoint());
        if (known == null || !known.node.equals(router)) {
            return 0;
        }
        KnownRoutes plan = new KnownRoutes();
        installer.tell(router, plan);
        int stale = 0;
        for (ForwardingEntry each : entries) {
            if (each.controlled() && !plan.has(each.lambda(), each.destination())) {
                stale++;
                commands.remove(
                        router,
                        new Route(each.lambda(), each.destination(), each.finalDestination(), each.idempotent(), true));
            }
        }
        return stale;
    }

    /**
     * A computer leaves, or a foreign broker says so.
     *
     * @param instance of the node that leaves; nothing happens if another one took its place. Empty for whoever is there
     * @return whether it was there
     */
    public boolean removeComputer(String endpoint, String instance) {
        Kept<ComputerNode> known = computers.get(endpoint);
        if (known == null || known.isOther(instance)) {
            return false;
        }
        computers.remove(endpoint);
        installer.removed(known.node, commands);
        return true;
    }

    /**
     * A router leaves.
     *
     * @param instance as for computers
     * @return whether it was there
     */
    public boolean removeRouter(String endpoint, String instance) {
        Kept<RouterNode> known = routers.get(endpoint);
        if (known == null || known.isOther(instance)) {
            return false;
        }
        routers.remove(endpoint);
        drop(known.node);
        return true;
    }

    /** Drops everybody whose lease is over. */
    public Lost endLeases() {
        long now = nanoClock.getAsLong();
        // Routers first, so that those who are gone are not told about computers.
        List<RouterNode> lostRouters = over(routers, now);
        lostRouters.forEach(this::drop);
        List<ComputerNode> lostComputers = over(computers, now);
        lostComputers.forEach(computer -> installer.removed(computer, commands));
        return new Lost(
                lostComputers.stream().map(ComputerNode::endpoint).toList(),
                lostRouters.stream().map(RouterNode::endpoint).toList());
    }

    /** The end-points of the computers that are there, as a view. */
    public Set<String> computers() {
        return Collections.unmodifiableSet(computers.keySet());
    }

    /** The end-points of the routers that are there, as a view. */
    public Set<String> routers() {
        return Collections.unmodifiableSet(routers.keySet());
    }

    private void drop(RouterNode router) {
        commands.left(router);
        installer.left(router, commands);
    }

    private long checkAt() {
        return nanoClock.getAsLong() + settling.toNanos();
    }

    private long endOf(Lease lease) {
        return nanoClock.getAsLong() + lease.length().toNanos();
    }

    private static <N> List<N> over(Map<String, Kept<N>> nodes, long now) {
        List<N> lost = new ArrayList<>();
        for (Iterator<Kept<N>> all = nodes.values().iterator(); all.hasNext(); ) {
            Kept<N> each = all.next();
            if (!each.lease.endless() && now - each.endsAt > 0) {
                all.remove();
                lost.add(each.node);
            }
        }
        return lost;
    }

    private static void checkRoom(Map<?, ?> nodes, String what) {
        if (nodes.size() >= MAX_NODES) {
            throw new EdgeException("the edge controller has " + MAX_NODES + " " + what + " and takes no more");
        }
    }

    /** What an installer says to one router, kept instead of told. */
    private static final class KnownRoutes implements RouterCommands {
        private final Map<String, Set<String>> destinations = new HashMap<>();

        boolean has(String lambda, String destination) {
            return destinations.getOrDefault(lambda, Set.of()).contains(destination);
        }

        @Override
        public void change(RouterNode router, Route route) {
            destinations.computeIfAbsent(route.lambda(), key -> new HashSet<>()).add(route.destination());
        }

        @Override
        public void remove(RouterNode router, Route route) {
            destinations.getOrDefault(route.lambda(), new HashSet<>()).remove(route.destination());
        }

        @Override
        public void left(RouterNode router) {
            destinations.clear();
        }
    }

    private static final class Kept<N> {
        private N node;
        private Lease lease;
        private long endsAt;
        private boolean unchecked;
        private long checkAt;

        Kept(N node, Lease lease, long endsAt) {
            this.node = node;
            this.lease = lease;
            this.endsAt = endsAt;
        }

        void renew(N newNode, Lease newLease, long newEnd) {
            node = newNode;
            lease = newLease;
            endsAt = newEnd;
        }

        void checkFrom(long at) {
            unchecked = true;
            checkAt = at;
        }

        boolean isOther(String instance) {
            return !instance.isEmpty()
                    && !lease.instance().isEmpty()
                    && !lease.instance().equals(instance);
        }
    }
}
