package io.fogwhisk.launcher.site;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads sizes as the configuration writes them. Stateless. */
final class Sizes {

    /** Up to ten digits: with its unit it fits a long. */
    private static final Pattern SIZE = Pattern.compile("(\\d{1,10})([kmg]?)");

    private Sizes() {}

    /** A number of bytes, at least 1, such as 500k, 500m or 1g. */
    static long bytes(String text) {
        Matcher size = SIZE.matcher(text.trim());
        if (!size.matches()) {
            throw new IllegalArgumentException("must be a size such as 500k, 500m, 1g or a number of bytes");
        }
        int power = " kmg".indexOf(size.group(2).isEmpty() ? " " : size.group(2));
        long bytes = Long.parseLong(size.group(1)) << (10 * power);
        if (bytes < 1) {
            throw new IllegalArgumentException("must be at least 1");
        }
        return bytes;
    }
}
