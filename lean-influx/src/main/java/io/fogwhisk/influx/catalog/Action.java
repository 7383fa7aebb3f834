package io.fogwhisk.influx.catalog;

import java.util.Optional;

/** What a permission allows to do. */
public enum Action {
    /** To see. */
    READ("read"),
    /** To make, change and delete. */
    WRITE("write");

    private final String text;

    Action(String text) {
        this.text = text;
    }

    /** The action that the API calls so, if there is one. */
    public static Optional<Action> of(String text) {
        return switch (text) {
            case "read" -> Optional.of(READ);
            case "write" -> Optional.of(WRITE);
            default -> Optional.empty();
        };
    }

    /** How the API calls it. */
    public String text() {
        return text;
    }
}
