package io.fogwhisk.edge.controller;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Every router knows the way to every computer. A change of a computer costs one command per router and lambda that
 * changed; a router that joins costs one per computer and lambda. Confined to one thread.
 */
public final class FlatInstaller implements Installer {

    private final Map<String, RouterNode> routers = new LinkedHashMap<>();
    private final Map<String, ComputerNode> computers = new LinkedHashMap<>();

    /** An installer that knows nobody. */
    public FlatInstaller() {}

    @Override
    public void joined(RouterNode router, RouterCommands commands) {
        routers.put(router.endpoint(), router);
        tell(router, commands);
    }

    @Override
    public void left(RouterNode router, RouterCommands commands) {
        routers.remove(router.endpoint());
    }

    @Override
    public void announced(ComputerNode computer, RouterCommands commands) {
        ComputerNode before = computers.put(computer.endpoint(), computer);
        for (String lambda : computer.lambdas()) {
            if (computer.isNews(lambda, before)) {
                Route route = Route.to(computer, lambda);
                routers.values().forEach(router -> commands.change(router, route));
            }
        }
        if (before != null) {
            for (String lambda : before.lambdas()) {
                if (!computer.lambdas().contains(lambda)) {
                    forget(before, lambda, commands);
                }
            }
        }
    }

    @Override
    public void removed(ComputerNode computer, RouterCommands commands) {
        ComputerNode known = computers.remove(computer.endpoint());
        if (known != null) {
            known.lambdas().forEach(lambda -> forget(known, lambda, commands));
        }
    }

    @Override
    public void tell(RouterNode router, RouterCommands commands) {
        for (ComputerNode computer : computers.values()) {
            for (String lambda : computer.lambdas()) {
                commands.change(router, Route.to(computer, lambda));
            }
        }
    }

    private void forget(ComputerNode computer, String lambda, RouterCommands commands) {
        Route route = Route.to(computer, lambda);
        routers.values().forEach(router -> commands.remove(router, route));
    }
}
