package io.fogwhisk.base.metrics;

import java.util.List;

/** Everything that FogWhisk shows as it stands rather than counts: the one list of names, with the tags of each. */
public enum Level {
    /** 1 while the feed of a trigger is active, 0 while it is paused or disabled. */
    FEED_ACTIVE("fogwhisk.trigger.feed.active", "trigger"),
    /** Messages or ticks that arrived for a trigger since the start. */
    FEED_TRIGGER_RECEIVED("fogwhisk.trigger.feed.received", "trigger"),
    /** Of these, those that fired it. */
    FEED_TRIGGER_FIRED("fogwhisk.trigger.feed.fired", "trigger"),
    /** Messages that were set aside, since the start. */
    FEED_TRIGGER_SET_ASIDE("fogwhisk.trigger.feed.set-aside", "trigger"),
    /** Numbers of a trigger's messages that are missing, if its feed counts them. */
    FEED_TRIGGER_MISSING("fogwhisk.trigger.feed.missing", "trigger"),
    /** Lambdas under way in an edge router, those that wait included. */
    EDGE_ROUTER_IN_FLIGHT("fogwhisk.edge.router.in-flight", "router"),
    /** Lambdas that wait in an edge router because every destination of theirs is busy. */
    EDGE_ROUTER_WAITING("fogwhisk.edge.router.waiting", "router"),
    /** The expected latency in seconds that an edge router weighs a destination by. */
    EDGE_DESTINATION_WEIGHT("fogwhisk.edge.destination.weight", "router", "lambda", "destination"),
    /** Calls under way to a destination. */
    EDGE_DESTINATION_IN_FLIGHT("fogwhisk.edge.destination.in-flight", "router", "lambda", "destination"),
    /** Moving average of a destination's good answers in seconds, 0 while there was none. */
    EDGE_DESTINATION_LATENCY("fogwhisk.edge.destination.latency", "router", "lambda", "destination"),
    /** Calls to a destination that have ended, since the router knows it. */
    EDGE_DESTINATION_CALLS("fogwhisk.edge.destination.calls", "router", "lambda", "destination"),
    /** Of these, those that brought an error of the function, or no answer. */
    EDGE_DESTINATION_ERRORS("fogwhisk.edge.destination.errors", "router", "lambda", "destination"),
    /** 0 while a destination is in use, 1 while one call finds out whether it is back, 2 while it is set aside. */
    EDGE_DESTINATION_BREAKER("fogwhisk.edge.destination.breaker", "router", "lambda", "destination"),
    /** The load of an edge computer's processor, 0 to 1. */
    EDGE_COMPUTER_LOAD("fogwhisk.edge.computer.load", "computer", "processor"),
    /** Computers that an edge controller knows. */
    EDGE_CONTROLLER_COMPUTERS("fogwhisk.edge.controller.computers", "controller"),
    /** Routers that an edge controller knows. */
    EDGE_CONTROLLER_ROUTERS("fogwhisk.edge.controller.routers", "controller"),
    /** Readings and aggregates that wait in the outbox for a database. */
    OUTBOX_ENTRIES("fogwhisk.outbox.entries", "database"),
    /** The room that they take in the outbox's file. */
    OUTBOX_BYTES("fogwhisk.outbox.bytes", "database"),
    /** 1 while points wait for a database whose last answer was a failure, otherwise 0. */
    OUTBOX_AWAY("fogwhisk.outbox.away", "database");

    private final String id;
    // List.of makes one that cannot change, which its type does not say.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> tags;

    Level(String id, String... tags) {
        this.id = id;
        this.tags = List.of(tags);
    }

    /** The name in the registry, in Micrometer's dotted form. */
    public String id() {
        return id;
    }

    /** The names of the tags that say whose level it is. */
    public List<String> tags() {
        return tags;
    }

    /**
     * The level at this moment.
     *
     * @param subject the values of the tags, in their order
     */
    public Reading reading(double value, String... subject) {
        return new Reading(this, value, List.of(subject));
    }

    /**
     * A level at one moment.
     *
     * @param subject whose it is: the values of the level's tags, in their order
     */
    public record Reading(Level level, double value, List<String> subject) {

        /** Checks that each tag has a value, and copies. */
        public Reading {
            subject = List.copyOf(subject);
            if (subject.size() != level.tags.size()) {
                throw new IllegalArgumentException(
                        level.id + " is tagged with " + level.tags + ", so " + subject + " does not say whose it is");
            }
        }
    }
}
