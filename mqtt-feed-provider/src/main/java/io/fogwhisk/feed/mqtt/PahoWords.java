package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.TopicFilter;
import java.util.Collection;

/** The words that both Paho clients take. */
final class PahoWords {

    private PahoWords() {}

    static String of(Broker broker) {
        String scheme = switch (broker.transport()) {
            case TCP -> "tcp";
            case TLS -> "ssl";
            case WEB_SOCKET -> "ws";
            case SECURE_WEB_SOCKET -> "wss";
        };
        return scheme + "://" + broker.host() + ":" + broker.port() + broker.path();
    }

    static String[] texts(Collection<TopicFilter> filters) {
        return filters.stream().map(TopicFilter::text).toArray(String[]::new);
    }

    /** What went wrong: Paho's own exceptions often say no more than that something did. */
    static Throwable plain(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null || cause.getMessage() == null ? failure : cause;
    }
}
