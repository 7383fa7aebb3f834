package io.fogwhisk.wsk.model;

import io.fogwhisk.wsk.WskException;
import java.util.regex.Pattern;

/**
 * The id of an activation.
 *
 * @param hex 32 lower-case hexadecimal digits
 */
public record ActivationId(String hex) {

    private static final int LENGTH = 32;
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");

    /** Checks length and digits, with OpenWhisk's own words. */
    public ActivationId {
        if (hex.length() != LENGTH) {
            throw new WskException("Activation id length is " + hex.length() + " but must be " + LENGTH + ".");
        }
        if (!HEX.matcher(hex).matches()) {
            throw new WskException("The activation id is not valid.");
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
