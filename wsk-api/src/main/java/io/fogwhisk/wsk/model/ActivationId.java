package io.fogwhisk.wsk.model;

import io.fogwhisk.wsk.WskException;

/**
 * The id of an activation.
 *
 * @param hex 32 lower-case hexadecimal digits
 */
public record ActivationId(String hex) {

    private static final int LENGTH = 32;

    /** Checks length and digits, with OpenWhisk's own words. */
    public ActivationId {
        if (hex.length() != LENGTH) {
            throw new WskException("Activation id length is " + hex.length() + " but must be " + LENGTH + ".");
        }
        for (int i = 0; i < LENGTH; i++) {
            char digit = hex.charAt(i);
            if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
                throw new WskException("The activation id is not valid.");
            }
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
