package io.fogwhisk.lean.rest;

import io.fogwhisk.lean.store.LeanException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A path as the client meant it: several slashes are one, dot segments are resolved before anybody is authorised by
 * what is left, and each segment is decoded once.
 *
 * @param segments without empty ones
 * @param raw the same, not decoded
 * @param trailingSlash whether it ended with a slash, which is the difference between a package's actions and an action
 */
record RequestPath(List<String> segments, List<String> raw, boolean trailingSlash) {

    RequestPath {
        segments = List.copyOf(segments);
        raw = List.copyOf(raw);
    }

    static RequestPath of(String path) {
        List<String> raw = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (dots(segment).equals("..")) {
                if (!raw.isEmpty()) {
                    raw.remove(raw.size() - 1);
                }
            } else if (!segment.isEmpty() && !dots(segment).equals(".")) {
                raw.add(segment);
            }
        }
        return new RequestPath(raw.stream().map(RequestPath::decode).toList(), raw, path.endsWith("/"));
    }

    /** What follows the first segments, as it was sent. */
    String rawFrom(int index) {
        StringBuilder rest = new StringBuilder();
        raw.subList(Math.min(index, raw.size()), raw.size())
                .forEach(segment -> rest.append('/').append(segment));
        return trailingSlash ? rest.append('/').toString() : rest.toString();
    }

    /** A segment of dots is one however it is written. */
    private static String dots(String segment) {
        return segment.replace("%2e", ".").replace("%2E", ".");
    }

    boolean startsWith(String first, String second) {
        return segments.size() >= 2
                && segments.get(0).equals(first)
                && segments.get(1).equals(second);
    }

    private static String decode(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new LeanException(400, "The request path is not percent-encoded correctly.", e);
        }
    }
}
