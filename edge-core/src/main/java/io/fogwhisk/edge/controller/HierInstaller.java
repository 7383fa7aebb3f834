package io.fogwhisk.edge.controller;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Each computer has a home router, which alone knows the way to it; the other routers know the way to the home. So a
 * computer costs its home one final entry per lambda, and every other router one entry per lambda and home, however many
 * computers that home has.
 *
 * <p>The home is at the address where {@code omega * a + b} is smallest, of the two figures that {@link Objective}
 * names: the longest way of a lambda from any router to the computer, and the sum of the ways from all of them; omega is
 * 1 + 2 N², for a topology of N machines. Of several routers at that address it is a random one, and stays that one while
 * it is there. At equal cost the address that is first in the alphabet wins. A machine that the topology does not know
 * counts as far from all others as any two are.
 *
 * <p>When routers come to an address without any, or the last one of an address goes, every computer's home is computed
 * again, in (addresses of routers x addresses of computers) steps, and only those that move cost commands. Confined to
 * one thread.
 */
public final class HierInstaller implements Installer {

    private static final double TIE = 1e-12;

    private final Topology topology;
    private final Objective objective;
    private final IntUnaryOperator random;
    private final TreeMap<String, Site> sites = new TreeMap<>();
    private final Map<String, Hub> hubs = new LinkedHashMap<>();
    private final Map<String, Homed> computers = new LinkedHashMap<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();

    /** What makes a router a good home. */
    public enum Objective {
        /** The longest way first, then the sum. */
        MIN_MAX,
        /** The sum first, then the longest way. */
        MIN_AVG
    }

    /**
     * An installer that knows nobody.
     *
     * @param random gives a number from 0 to less than its argument
     */
    public HierInstaller(Topology topology, Objective objective, IntUnaryOperator random) {
        this.topology = Objects.requireNonNull(topology, "topology is null");
        this.objective = Objects.requireNonNull(objective, "objective is null");
        this.random = Objects.requireNonNull(random, "random is null");
    }

    @Override
    public void joined(RouterNode router, RouterCommands commands) {
        String address = address(router.endpoint());
        Site site = sites.get(address);
        boolean news = site == null;
        if (site == null) {
            site = new Site(place(address));
            for (Site other : sites.values()) {
                other.add(distance(other.place, site.place));
                site.add(distance(site.place, other.place));
            }
            site.add(distance(site.place, site.place));
            sites.put(address, site);
        }
        Hub hub = new Hub(router, site);
        site.hubs.add(hub);
        hubs.put(router.endpoint(), hub);
        tell(router, commands);
        if (news) {
            rehome(commands);
        }
    }

    @Override
    public void left(RouterNode router, RouterCommands commands) {
        Hub hub = hubs.remove(router.endpoint());
        if (hub == null) {
            return;
        }
        hub.site.hubs.remove(hub);
        if (hub.site.hubs.isEmpty()) {
            sites.remove(hub.site.place.address);
            measure();
            rehome(commands);
        } else {
            List.copyOf(hub.homed).forEach(computer -> move(computer, anyAt(hub.site), commands));
        }
    }

    @Override
    public void announced(ComputerNode computer, RouterCommands commands) {
        Homed known = computers.get(computer.endpoint());
        if (known == null) {
            Group group = groups.computeIfAbsent(address(computer.endpoint()), key -> new Group(place(key)));
            if (group.computers.isEmpty()) {
                group.best = best(group.place);
            }
            Homed homed = new Homed(computer, group);
            group.computers.add(homed);
            computers.put(computer.endpoint(), homed);
            move(homed, anyAt(group.best), commands);
            return;
        }
        ComputerNode before = known.node;
        known.node = computer;
        Hub home = known.home;
        if (home == null) {
            return;
        }
        for (String lambda : computer.lambdas()) {
            if (computer.isNews(lambda, before)) {
                commands.change(home.node, Route.to(computer, lambda));
                Offer had = before.lambdas().contains(lambda) ? Offer.of(before, lambda) : Offer.NONE;
                offer(home, lambda, Offer.of(computer, lambda).minus(had), commands);
            }
        }
        for (String lambda : before.lambdas()) {
            if (!computer.lambdas().contains(lambda)) {
                commands.remove(home.node, Route.to(before, lambda));
                offer(home, lambda, Offer.NONE.minus(Offer.of(before, lambda)), commands);
            }
        }
    }

    @Override
    public void removed(ComputerNode computer, RouterCommands commands) {
        Homed known = computers.remove(computer.endpoint());
        if (known == null) {
            return;
        }
        move(known, null, commands);
        known.group.computers.remove(known);
        if (known.group.computers.isEmpty()) {
            groups.remove(known.group.place.address);
        }
    }

    @Override
    public void tell(RouterNode router, RouterCommands commands) {
        Hub hub = hubs.get(router.endpoint());
        if (hub == null) {
            return;
        }
        for (Homed computer : hub.homed) {
            computer.node.lambdas().forEach(lambda -> commands.change(router, Route.to(computer.node, lambda)));
        }
        for (Hub other : hubs.values()) {
            if (other != hub) {
                other.offers.forEach((lambda, offer) -> commands.change(router, offer.route(other.node, lambda)));
            }
        }
    }

    /** Gives every computer the home that is best now. */
    private void rehome(RouterCommands commands) {
        for (Group group : groups.values()) {
            Site best = best(group.place);
            if (best != group.best) {
                group.best = best;
                group.computers.forEach(computer -> move(computer, anyAt(best), commands));
            }
        }
    }

    /** The new home is installed before the old one goes, so that there is a way at any time. */
    private void move(Homed computer, @Nullable Hub to, RouterCommands commands) {
        Hub from = computer.home;
        ComputerNode node = computer.node;
        computer.home = to;
        if (to != null) {
            to.homed.add(computer);
            for (String lambda : node.lambdas()) {
                commands.change(to.node, Route.to(node, lambda));
                offer(to, lambda, Offer.of(node, lambda), commands);
            }
        }
        if (from != null) {
            from.homed.remove(computer);
            boolean there = hubs.get(from.node.endpoint()) == from;
            for (String lambda : node.lambdas()) {
                if (there) {
                    commands.remove(from.node, Route.to(node, lambda));
                }
                offer(from, lambda, Offer.NONE.minus(Offer.of(node, lambda)), commands);
            }
        }
    }

    /** Counts what a home offers, and tells all other routers if that makes a difference to them. */
    private void offer(Hub home, String lambda, Offer more, RouterCommands commands) {
        Offer before = home.offers.getOrDefault(lambda, Offer.NONE);
        Offer after = before.plus(more);
        Route route = after.route(home.node, lambda);
        if (after.computers == 0) {
            home.offers.remove(lambda);
            others(home, router -> commands.remove(router, route));
            return;
        }
        home.offers.put(lambda, after);
        if (before.computers == 0 || !before.route(home.node, lambda).equals(route)) {
            others(home, router -> commands.change(router, route));
        }
    }

    private void others(Hub hub, Consumer<RouterNode> told) {
        for (Hub other : hubs.values()) {
            if (other != hub) {
                told.accept(other.node);
            }
        }
    }

    private @Nullable Hub anyAt(@Nullable Site site) {
        if (site == null) {
            return null;
        }
        int count = site.hubs.size();
        return site.hubs.get(count == 1 ? 0 : random.applyAsInt(count));
    }

    private @Nullable Site best(Place computer) {
        double omega = 1 + 2.0 * topology.nodes() * topology.nodes();
        Site best = null;
        double least = 0;
        for (Site site : sites.values()) {
            double distance = distance(site.place, computer);
            double longest = distance + site.farthest;
            double sum = topology.nodes() * distance + site.sum;
            double cost = objective == Objective.MIN_MAX ? omega * longest + sum : omega * sum + longest;
            if (best == null || cost < least - TIE * Math.abs(least)) {
                best = site;
                least = cost;
            }
        }
        return best;
    }

    private void measure() {
        for (Site site : sites.values()) {
            site.farthest = 0;
            site.sum = 0;
            sites.values().forEach(other -> site.add(distance(site.place, other.place)));
        }
    }

    private double distance(Place from, Place to) {
        if (from.node >= 0 && to.node >= 0) {
            return topology.distance(from.node, to.node);
        }
        return from.address.equals(to.address) ? 0 : topology.farthest();
    }

    private Place place(String address) {
        return new Place(address, topology.node(address));
    }

    private static String address(String endpoint) {
        return endpoint.substring(0, Math.max(0, endpoint.lastIndexOf(':')));
    }

    private record Place(String address, int node) {}

    /** How many computers a home has for a lambda, and how many of them are idempotent or announce themselves. */
    private record Offer(int computers, int idempotents, int announcing) {
        private static final Offer NONE = new Offer(0, 0, 0);

        static Offer of(ComputerNode node, String lambda) {
            return new Offer(1, node.idempotent(lambda) ? 1 : 0, node.announcesItself() ? 1 : 0);
        }

        Offer plus(Offer more) {
            return new Offer(computers + more.computers, idempotents + more.idempotents, announcing + more.announcing);
        }

        Offer minus(Offer less) {
            return new Offer(computers - less.computers, idempotents - less.idempotents, announcing - less.announcing);
        }

        Route route(RouterNode home, String lambda) {
            return Route.via(home, lambda, idempotents == computers, announcing == computers);
        }
    }

    /** An address with routers; the farthest and the sum are over all such addresses. */
    private static final class Site {
        private final Place place;
        private final List<Hub> hubs = new ArrayList<>();
        private double farthest;
        private double sum;

        Site(Place place) {
            this.place = place;
        }

        void add(double distance) {
            farthest = Math.max(farthest, distance);
            sum += distance;
        }
    }

    /** A router and what it is home to. */
    private static final class Hub {
        private final RouterNode node;
        private final Site site;
        private final Set<Homed> homed = new LinkedHashSet<>();
        private final Map<String, Offer> offers = new LinkedHashMap<>();

        Hub(RouterNode node, Site site) {
            this.node = node;
            this.site = site;
        }
    }

    /** The computers of one address; all of them have their homes at the same site. */
    private static final class Group {
        private final Place place;
        private final Set<Homed> computers = new LinkedHashSet<>();
        private @Nullable Site best;

        Group(Place place) {
            this.place = place;
        }
    }

    private static final class Homed {
        private final Group group;
        private ComputerNode node;
        private @Nullable Hub home;

        Homed(ComputerNode node, Group group) {
            this.node = node;
            this.group = group;
        }
    }
}
