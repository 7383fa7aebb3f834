package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import java.util.List;

/**
 * Where a role listens, as in {@code --server-endpoint 0.0.0.0:6473}.
 *
 * @param host an address to bind to
 * @param port 0 to 65535, 0 for any free one
 */
record Listen(String host, int port) {

    /**
     * Reads {@code host:port}.
     *
     * @param option its name, for messages
     * @throws ConfigException if the text has another form
     */
    static Listen parse(String option, String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port >= 0 && port <= 65_535) {
                return new Listen(text.substring(0, colon), port);
            }
        } catch (NumberFormatException e) {
            throw fault(option, text);
        }
        throw fault(option, text);
    }

    private static ConfigException fault(String option, String text) {
        return new ConfigException(List.of(option + " must be host:port, was '" + text + "'"));
    }
}
