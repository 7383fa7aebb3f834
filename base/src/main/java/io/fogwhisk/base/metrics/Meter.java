package io.fogwhisk.base.metrics;

/** Everything that FogWhisk counts: the one list of names. */
public enum Meter {
    /** MQTT messages that arrived at the feed provider, redelivered ones included. */
    FEED_RECEIVED("fogwhisk.feed.received"),
    /** MQTT messages acknowledged to the broker, after durable acceptance. */
    FEED_ACKNOWLEDGED("fogwhisk.feed.acknowledged"),
    /** Triggers that messages fired, and that were accepted. */
    FEED_FIRED("fogwhisk.feed.fired"),
    /** Triggers that alarms fired, and that were accepted. */
    ALARM_FIRED("fogwhisk.alarm.fired"),
    /** Attempts to fire that found the OpenWhisk unavailable and were tried again. */
    FEED_RETRIED("fogwhisk.feed.retried"),
    /** Messages set aside because they can never succeed. */
    FEED_SET_ASIDE("fogwhisk.feed.set-aside"),
    /** Numbers of messages that were passed over, of feeds that count them. */
    FEED_SEQUENCE_MISSING("fogwhisk.feed.sequence.missing"),
    /** Of these, those that came after all. */
    FEED_SEQUENCE_LATE("fogwhisk.feed.sequence.late"),
    /** Messages whose number had come before, of feeds that count them. */
    FEED_SEQUENCE_REPEATED("fogwhisk.feed.sequence.repeated"),
    /** Devices that began their numbers anew, of feeds that count them. */
    FEED_SEQUENCE_RESTARTED("fogwhisk.feed.sequence.restarted"),
    /** Lambda requests that an edge router forwarded. */
    EDGE_FORWARDED("fogwhisk.edge.forwarded"),
    /** Lambda requests that an edge computer ran. */
    EDGE_EXECUTED("fogwhisk.edge.executed"),
    /** Invocations that the lean OpenWhisk accepted durably. */
    LEAN_ACCEPTED("fogwhisk.lean.accepted"),
    /** Invocations refused because the queue was full. */
    LEAN_REFUSED("fogwhisk.lean.refused"),
    /** Activations that will be run again because something was in the way, such as a full disk. */
    LEAN_POSTPONED("fogwhisk.lean.postponed"),
    /** Activations whose record was stored. */
    LEAN_ACTIVATIONS("fogwhisk.lean.activations"),
    /** Activations that ended in an error. */
    LEAN_FAILED("fogwhisk.lean.failed"),
    /** Readings confirmed by the local database. */
    READINGS_STORED("fogwhisk.readings.stored"),
    /** Readings set aside because they could not be read. */
    READINGS_SET_ASIDE("fogwhisk.readings.set-aside"),
    /** Aggregates handed to the outbox. */
    AGGREGATES_COMPUTED("fogwhisk.aggregates.computed"),
    /** Points that the outbox delivered. */
    OUTBOX_DELIVERED("fogwhisk.outbox.delivered"),
    /** Readings and aggregates that the outbox dropped because they waited longer than its configuration allows. */
    OUTBOX_EXPIRED("fogwhisk.outbox.expired"),
    /** Points written through the InfluxDB API. */
    INFLUX_POINTS("fogwhisk.influx.points"),
    /** Lines refused by the InfluxDB API. */
    INFLUX_REJECTED("fogwhisk.influx.rejected");

    private final String id;

    Meter(String id) {
        this.id = id;
    }

    /** The name in the registry, in Micrometer's dotted form. */
    public String id() {
        return id;
    }
}
