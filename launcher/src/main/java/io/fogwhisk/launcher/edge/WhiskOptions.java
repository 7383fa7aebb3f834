package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.client.ApiHost;
import io.fogwhisk.wsk.model.AuthKey;
import java.util.List;
import java.util.function.Supplier;

/** Reads what roles are told of an OpenWhisk. Stateless. */
final class WhiskOptions {

    private WhiskOptions() {}

    /** An API host. */
    static ApiHost apiHost(String option, String url, boolean insecure) {
        return checked(option, () -> new ApiHost(url, insecure));
    }

    /** A key as it stands in a header, after the word Basic. */
    static AuthKey key(String option, String base64) {
        if (base64.isEmpty()) {
            throw new ConfigException(
                    List.of(option + " must be the base64 of the key (printf %s UUID:SECRET | base64 -w0), was empty"));
        }
        return checked(option, () -> AuthKey.fromBasicHeader("Basic " + base64));
    }

    /** What a reader reads; its complaint names the option. */
    static <T> T checked(String option, Supplier<T> reader) {
        try {
            return reader.get();
        } catch (WskException e) {
            throw new ConfigException(List.of(option + ": " + e.getMessage()));
        }
    }
}
