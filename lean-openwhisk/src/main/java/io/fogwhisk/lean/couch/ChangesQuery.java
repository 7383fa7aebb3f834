package io.fogwhisk.lean.couch;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants to know of the changes of a database.
 *
 * @param since which it knows already, as a number of the log
 * @param limit the most it takes, 1 or more
 * @param docIds the only documents it cares for, if it said so
 * @param heartbeat how often it wants to hear that the server is there, if it said so
 * @param timeout how long it waits for a change
 */
record ChangesQuery(
        Feed feed,
        long since,
        int limit,
        boolean descending,
        boolean includeDocs,
        boolean attachments,
        Optional<Set<String>> docIds,
        Optional<Duration> heartbeat,
        Duration timeout) {

    private static final long MAX_MILLIS = 60_000;
    private static final long MIN_HEARTBEAT_MILLIS = 10;
    private static final Duration FOREVER = Duration.ofDays(3_650);

    /** When the answer ends. */
    enum Feed {
        /** With the last change there is. */
        NORMAL,
        /** With the last change there is, if there is one; otherwise with the next. */
        LONGPOLL,
        /** With the client's patience. */
        CONTINUOUS
    }

    /**
     * Reads the parameters.
     *
     * @param parameter gives the text of a parameter, or null
     * @param body of a POST
     * @throws CouchFault if one is none
     */
    static ChangesQuery of(
            Function<String, @Nullable String> parameter, Optional<JsonNode> body, LoggedDatabase database) {
        String since = text(parameter, "since", "0");
        if (since.equals("0") && body.isPresent() && body.get().path("since").isTextual()) {
            since = body.get().path("since").asText();
        }
        Optional<Duration> heartbeat = heartbeat(parameter.apply("heartbeat"));
        return new ChangesQuery(
                feed(text(parameter, "feed", "normal")),
                database.seqOf(since),
                (int) Math.max(1, Math.min(Integer.MAX_VALUE, number(parameter, "limit", Integer.MAX_VALUE))),
                flag(parameter, "descending"),
                flag(parameter, "include_docs"),
                flag(parameter, "attachments"),
                docIds(parameter, body),
                heartbeat,
                heartbeat.isPresent()
                        ? FOREVER
                        : Duration.ofMillis(Math.min(MAX_MILLIS, number(parameter, "timeout", MAX_MILLIS))));
    }

    /** Whether a parameter says yes. */
    static boolean flag(Function<String, @Nullable String> parameter, String name) {
        String value = text(parameter, name, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw CouchFault.badRequest("`" + name + "` must be true or false, was " + value);
        }
        return value.equals("true");
    }

    /** The whole number, 0 or more, that a parameter gives. */
    static long number(Function<String, @Nullable String> parameter, String name, long otherwise) {
        String value = parameter.apply(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw CouchFault.badRequest("`" + name + "` must be a whole number, was " + value);
        }
        throw CouchFault.badRequest("`" + name + "` must be 0 or more, was " + value);
    }

    private static Feed feed(String text) {
        for (Feed feed : Feed.values()) {
            if (feed.name().toLowerCase(Locale.ROOT).equals(text)) {
                return feed;
            }
        }
        throw CouchFault.badRequest("`feed` must be normal, longpoll or continuous, was " + text);
    }

    private static Optional<Duration> heartbeat(@Nullable String text) {
        if (text == null || text.equals("false")) {
            return Optional.empty();
        }
        long millis = text.equals("true") ? MAX_MILLIS : number(name -> text, "heartbeat", MAX_MILLIS);
        return Optional.of(Duration.ofMillis(Math.max(MIN_HEARTBEAT_MILLIS, Math.min(MAX_MILLIS, millis))));
    }

    private static Optional<Set<String>> docIds(Function<String, @Nullable String> parameter, Optional<JsonNode> body) {
        String filter = parameter.apply("filter");
        if (filter == null) {
            return Optional.empty();
        }
        if (!filter.equals("_doc_ids")
                || body.isEmpty()
                || !body.get().path("doc_ids").isArray()) {
            throw CouchFault.badRequest("the only filter is _doc_ids, with a list `doc_ids` in the body of a POST");
        }
        Set<String> ids = new HashSet<>();
        body.get().path("doc_ids").forEach(id -> ids.add(id.asText()));
        return Optional.of(ids);
    }

    private static String text(Function<String, @Nullable String> parameter, String name, String otherwise) {
        String value = parameter.apply(name);
        return value == null ? otherwise : value;
    }
}
