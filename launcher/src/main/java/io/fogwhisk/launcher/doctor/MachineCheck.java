package io.fogwhisk.launcher.doctor;

import io.fogwhisk.base.file.LockFile;
import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.launcher.site.SiteConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/** Examines the machine: Java, the data folder, the ports. Leaves nothing behind. */
public final class MachineCheck {

    private static final int OLDEST_JAVA = 17;
    private static final long LITTLE_BYTES = 1L << 30;
    private static final long TOO_LITTLE_BYTES = 100L << 20;

    private final SiteConfig config;
    private final boolean providerAlone;

    /**
     * Will examine the machine for a site.
     *
     * @param providerAlone whether nothing but the site's feed provider is to run here
     */
    public MachineCheck(SiteConfig config, boolean providerAlone) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.providerAlone = providerAlone;
    }

    /** Examines it. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(java());
        findings.addAll(dataFolder());
        findings.addAll(ports());
        return findings;
    }

    /** Whether a process uses the site's data folder now. */
    public boolean siteRuns() {
        OptionalLong holder = LockFile.holder(config.data().resolve("site.lock"));
        return holder.isPresent()
                && ProcessHandle.of(holder.getAsLong())
                        .map(ProcessHandle::isAlive)
                        .orElse(false);
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        String text = "version " + Runtime.version() + ", heap of at most "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MB";
        return version < OLDEST_JAVA
                ? Finding.bad("java", text + ": version " + OLDEST_JAVA + " or newer is needed")
                : Finding.ok("java", text);
    }

    private List<Finding> dataFolder() {
        Path folder = config.data().toAbsolutePath();
        Path there = folder;
        while (!Files.exists(there)) {
            Path parent = there.getParent();
            if (parent == null) {
                break;
            }
            there = parent;
        }
        String subject = "data folder " + config.data();
        try {
            Files.delete(Files.createTempFile(there, "doctor", ".tmp"));
            long free = Files.getFileStore(there).getUsableSpace();
            String text = (free >> 20) + " MB free";
            if (free < TOO_LITTLE_BYTES) {
                return List.of(Finding.bad(subject, text + ": messages could not be kept; make room"));
            }
            return List.of(
                    free < LITTLE_BYTES
                            ? Finding.note(subject, text + ": little for messages that wait for an outage to end")
                            : Finding.ok(subject, "can be written, " + text));
        } catch (IOException e) {
            return List.of(Finding.bad(subject, "cannot be written: " + e + "; configure another (site.data)"));
        }
    }

    private List<Finding> ports() {
        if (siteRuns()) {
            return List.of(Finding.ok("ports", "in use by the site, which is running"));
        }
        List<Finding> taken = new ArrayList<>();
        used().forEach((key, port) -> {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(config.host(), port));
            } catch (IOException e) {
                taken.add(Finding.bad(
                        "port " + port,
                        "cannot be used on " + config.host() + " (" + e.getMessage()
                                + "): stop what uses it, or configure another (" + key + ")"));
            }
        });
        return taken.isEmpty()
                ? List.of(Finding.ok("ports", used().values() + " are free on " + config.host()))
                : taken;
    }

    private Map<String, Integer> used() {
        Ports ports = config.ports();
        boolean own = config.openwhisk().apiHost().isEmpty();
        Map<String, Integer> used = new LinkedHashMap<>();
        if (providerAlone) {
            used.put("feeds.port", ports.feeds());
            return used;
        }
        if (config.externalBroker().isEmpty() && !config.central()) {
            used.put("mqtt.port", ports.mqtt());
        }
        if (own) {
            used.put("openwhisk.port", ports.openwhisk());
        }
        if (own && !config.central()) {
            used.put("wskproxy.port", ports.wskproxy());
            used.put("edge.controller-port", ports.controller());
            used.put("edge.router-port", ports.router());
            used.put("edge.table-port", ports.routerTable());
            used.put("edge.computer-port", ports.computer());
        }
        used.put("influx.port", ports.influx());
        if (!config.central()) {
            used.put("feeds.port", ports.feeds());
        }
        used.put("dashboard.port", ports.dashboard());
        return used;
    }
}
