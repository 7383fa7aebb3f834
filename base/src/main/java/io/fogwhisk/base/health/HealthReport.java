package io.fogwhisk.base.health;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the checks of a process found.
 *
 * @param faults of every check by its name, in their order; an empty text where all is well
 */
public record HealthReport(Map<String, String> faults) {

    /** Copies the map, in its order. */
    public HealthReport {
        faults = Collections.unmodifiableMap(new LinkedHashMap<>(faults));
    }

    /** Whether all is well. */
    public boolean ready() {
        return faults.values().stream().allMatch(String::isEmpty);
    }

    /** {@code {"status": "ready", "checks": {NAME: "ok", ...}}}, with the faults in words. */
    public String json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("status", ready() ? "ready" : "not ready");
        ObjectNode checks = json.putObject("checks");
        faults.forEach((check, fault) -> checks.put(check, fault.isEmpty() ? "ok" : fault));
        return json.toString();
    }
}
