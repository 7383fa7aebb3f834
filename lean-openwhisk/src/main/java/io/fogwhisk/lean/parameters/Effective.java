package io.fogwhisk.lean.parameters;

import io.fogwhisk.wsk.model.KeyValue;
import java.util.Set;

/**
 * A parameter as it holds at a site. Its text form shows no value.
 *
 * @param parameter with its value
 * @param from where the value came from, for people
 * @param secret whether the value may not be shown
 * @param unknown the variables in it that the site does not have
 */
public record Effective(KeyValue parameter, String from, boolean secret, Set<String> unknown) {

    /** Copies the set. */
    public Effective {
        unknown = Set.copyOf(unknown);
    }

    @Override
    public String toString() {
        return parameter.key() + " from " + from;
    }
}
