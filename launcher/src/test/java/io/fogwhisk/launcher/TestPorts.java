package io.fogwhisk.launcher;

import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.site.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports that were free a moment ago. */
public final class TestPorts {

    private TestPorts() {}

    /** One port. */
    public static int free() {
        return free(1).get(0);
    }

    /** A port for every part of a site, all different. */
    public static Ports site() {
        List<Integer> p = free(11);
        return new Ports(
                p.get(0), p.get(1), p.get(2), p.get(3), p.get(4), p.get(5), p.get(6), p.get(7), p.get(8), p.get(9),
                p.get(10));
    }

    private static List<Integer> free(int count) {
        // All are held at the same time, so that they differ.
        try (ServiceGroup sockets = new ServiceGroup("ports")) {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ports.add(sockets.own(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()))
                        .getLocalPort());
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
