package io.fogwhisk.wsk.model;

import io.fogwhisk.wsk.WskException;

/** The version of an entity, {@code major.minor.patch}; each part is 0 or more. */
public record SemVer(int major, int minor, int patch) {

    /** What a new entity starts with. */
    public static final SemVer FIRST = new SemVer(0, 0, 1);

    /** Checks the ranges. */
    public SemVer {
        if (major < 0 || minor < 0 || patch < 0) {
            throw new WskException(
                    "the parts of a version must be 0 or more, was " + major + "." + minor + "." + patch);
        }
    }

    /**
     * Reads {@code 1.2.3}; missing parts are 0.
     *
     * @throws WskException if it is not of that form
     */
    public static SemVer parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length > 3) {
            throw new WskException("'" + text + "' is not a version: use major.minor.patch");
        }
        try {
            return new SemVer(part(parts, 0), part(parts, 1), part(parts, 2));
        } catch (NumberFormatException e) {
            throw new WskException("'" + text + "' is not a version: use major.minor.patch", e);
        }
    }

    /** The version after a change that did not name one. */
    public SemVer next() {
        return new SemVer(major, minor, patch + 1);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }

    private static int part(String[] parts, int index) {
        return index < parts.length ? Integer.parseInt(parts[index]) : 0;
    }
}
