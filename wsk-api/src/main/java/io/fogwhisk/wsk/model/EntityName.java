package io.fogwhisk.wsk.model;

import io.fogwhisk.wsk.WskException;
import java.util.regex.Pattern;

/** The rule for the names of namespaces, packages and entities, as OpenWhisk has it. */
public final class EntityName {

    /** The longest name, in characters. */
    public static final int MAX_LENGTH = 256;

    private static final Pattern LEGAL = Pattern.compile("\\A([\\w]|[\\w][\\w@ .&-]{0,254}[\\w@.&-])\\z");

    private EntityName() {}

    /**
     * Returns the name if it is legal.
     *
     * @throws WskException with OpenWhisk's own words
     */
    public static String checked(String name) {
        if (name.length() > MAX_LENGTH) {
            throw new WskException("Name segement longer than allowed: " + name.length() + " > " + MAX_LENGTH + ".");
        }
        if (!LEGAL.matcher(name).matches()) {
            throw new WskException("The name of the entity contains illegal characters.");
        }
        return name;
    }
}
