package io.fogwhisk.edge.controller;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What routers would know after the commands they got, and how many commands that took. */
final class RecordedTables implements RouterCommands {

    private final Map<String, Map<String, String>> tables = new TreeMap<>();
    final List<String> commands = new ArrayList<>();

    /** The routes of a router as {@code lambda>destination}, with {@code !} if final, {@code *} if idempotent and {@code ~} if no
     * controller keeps it. */
    Set<String> of(String router) {
        Map<String, String> table = tables.getOrDefault(router, Map.of());
        Set<String> routes = new TreeSet<>();
        table.forEach((route, properties) -> routes.add(route + properties));
        return routes;
    }

    /** The commands since the last time. */
    List<String> taken() {
        List<String> taken = List.copyOf(commands);
        commands.clear();
        return taken;
    }

    /** The router starts anew, without anything in its tables. */
    void forget(String router) {
        tables.remove(router);
    }

    @Override
    public void change(RouterNode router, Route route) {
        String properties = (route.finalDestination() ? "!" : "")
                + (route.idempotent() ? "*" : "")
                + (route.controlled() ? "" : "~");
        tables.computeIfAbsent(router.endpoint(), key -> new TreeMap<>())
                .put(route.lambda() + ">" + route.destination(), properties);
        commands.add(router.endpoint() + " + " + route.lambda() + ">" + route.destination() + properties);
    }

    @Override
    public void remove(RouterNode router, Route route) {
        tables.computeIfAbsent(router.endpoint(), key -> new TreeMap<>())
                .remove(route.lambda() + ">" + route.destination());
        commands.add(router.endpoint() + " - " + route.lambda() + ">" + route.destination());
    }

    @Override
    public void left(RouterNode router) {
        commands.add(router.endpoint() + " left");
    }
}
