package io.fogwhisk.feed.mqtt;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the members of a share group tell of themselves: {@code fogwhisk/share/<group>/<client id>}, where the group is
 * that of one namespace and one filter, so that nobody takes over what another namespace would get.
 *
 * @param folder with a slash at its end
 */
record ShareTopics(String folder) {

    private static final String ROOT = "fogwhisk/share/";

    // Only sessions of feed providers are ever taken over, whatever anybody publishes here.
    private static final Pattern CLIENT_ID = Pattern.compile("fogwhisk-[A-Za-z0-9._-]{1,64}-[0-9a-f]{12}");

    /** Those of a connection with a shared subscription. */
    static ShareTopics of(LinkKey key) {
        return new ShareTopics(ROOT + key.group() + "/");
    }

    /** Of all members. */
    String all() {
        return folder + "+";
    }

    /** Of one member. */
    String of(String clientId) {
        return folder + clientId;
    }

    /** Whose topic it is; empty if it is no member's. */
    Optional<String> member(String topic) {
        return topic.startsWith(folder)
                        && CLIENT_ID.matcher(topic.substring(folder.length())).matches()
                ? Optional.of(topic.substring(folder.length()))
                : Optional.empty();
    }
}
