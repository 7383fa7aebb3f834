package io.fogwhisk.base.config;

import java.util.List;

/** The configuration can't be used. The message lists every fault, one per line, each with its path and source. */
public final class ConfigException extends RuntimeException {

    private final List<String> faults;

    /**
     * All faults of one configuration.
     *
     * @param faults at least one
     */
    public ConfigException(List<String> faults) {
        super(String.join(System.lineSeparator(), faults));
        this.faults = List.copyOf(faults);
    }

    /** The faults, in the order found. */
    public List<String> faults() {
        return faults;
    }
}
