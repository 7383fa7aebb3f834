package io.fogwhisk.feed.inbox;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much of an inbox each namespace holds, and how much it may: eight times of what is still free (dynamic thresholds,
 * A. K. Choudhury and E. L. Hahne, IEEE/ACM Transactions on Networking 6 (2), 1998). So a namespace alone may fill
 * eight ninths, those that come later still find room, and each of n greedy ones gets the same. Guarded by the inbox.
 */
final class Shares {

    private static final long TIMES = 8;

    private final long maxMessages;
    private final long maxBytes;
    private final Map<String, Share> shares = new HashMap<>();
    private long messages;
    private long bytes;

    Shares(long maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** What one namespace holds; one for all its feeds. */
    final class Share {
        private final String namespace;
        private int feeds;
        private long messagesHeld;
        private long bytesHeld;

        private Share(String namespace) {
            this.namespace = namespace;
        }

        /** More is held, or less. */
        void hold(long more, long length) {
            messagesHeld += more;
            bytesHeld += length;
            messages += more;
            bytes += length;
        }

        /** Whether it is to take nothing more. */
        private boolean full() {
            return messagesHeld >= TIMES * (maxMessages - messages) || bytesHeld >= TIMES * (maxBytes - bytes);
        }

        /** One of its feeds is forgotten. */
        void leave() {
            feeds--;
            if (feeds == 0) {
                shares.remove(namespace);
            }
        }
    }

    /** The share of a namespace, for one more feed of it. */
    Share join(String namespace) {
        Share share = shares.computeIfAbsent(namespace, Share::new);
        share.feeds++;
        return share;
    }

    /** Whether a namespace is to take nothing more. */
    boolean full(String namespace) {
        Share share = shares.get(namespace);
        return share == null ? messages >= maxMessages || bytes >= maxBytes : share.full();
    }

    /** The namespaces that are to take nothing more. */
    List<String> full() {
        return shares.values().stream()
                .filter(Share::full)
                .map(share -> share.namespace)
                .sorted()
                .toList();
    }

    long messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }
}
