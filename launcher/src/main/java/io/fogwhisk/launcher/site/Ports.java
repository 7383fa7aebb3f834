package io.fogwhisk.launcher.site;

import io.fogwhisk.base.config.ConfigNode;

/**
 * The ports of one site, each 1 to 65535.
 *
 * @param mqtt of the embedded MQTT broker
 * @param openwhisk of the OpenWhisk API
 * @param influx of the InfluxDB API
 * @param feeds of the feed provider's API
 * @param wskproxy of the OpenWhisk API in front of the edge domain
 * @param controller of the edge controller
 * @param router of the edge router
 * @param routerTable of the edge router's forwarding table
 * @param computer of the edge computer for OpenWhisk
 * @param dashboard of the web page
 * @param catalog of the catalogue that sites follow, at the centre
 */
public record Ports(
        int mqtt,
        int openwhisk,
        int influx,
        int feeds,
        int wskproxy,
        int controller,
        int router,
        int routerTable,
        int computer,
        int dashboard,
        int catalog) {

    /** The ports that the protocols' own users expect. */
    public static final Ports DEFAULT = new Ports(1883, 3233, 8086, 3000, 20_000, 6475, 6473, 6474, 10_000, 8080, 5984);

    /** These ports, all moved up, so that several sites fit on one machine. */
    public Ports plus(int offset) {
        return new Ports(
                mqtt + offset,
                openwhisk + offset,
                influx + offset,
                feeds + offset,
                wskproxy + offset,
                controller + offset,
                router + offset,
                routerTable + offset,
                computer + offset,
                dashboard + offset,
                catalog + offset);
    }

    static Ports read(ConfigNode root) {
        ConfigNode edge = root.section("edge");
        return new Ports(
                root.section("mqtt").port("port", DEFAULT.mqtt),
                root.section("openwhisk").port("port", DEFAULT.openwhisk),
                root.section("influx").port("port", DEFAULT.influx),
                root.section("feeds").port("port", DEFAULT.feeds),
                root.section("wskproxy").port("port", DEFAULT.wskproxy),
                edge.port("controller-port", DEFAULT.controller),
                edge.port("router-port", DEFAULT.router),
                edge.port("table-port", DEFAULT.routerTable),
                edge.port("computer-port", DEFAULT.computer),
                root.section("dashboard").port("port", DEFAULT.dashboard),
                root.section("catalog").port("port", DEFAULT.catalog));
    }
}
