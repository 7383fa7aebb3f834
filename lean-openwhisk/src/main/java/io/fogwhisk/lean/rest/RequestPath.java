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
 * @param trailingSlash whether it ended with a slash, which is the difference between a package's actions and an action
 */
record RequestPath(List<String> segments, boolean trailingSlash) {

    RequestPath {
        segments = List.copyOf(segments);
    }

    static RequestPath of(String raw) {
        List<String> segments = new ArrayList<>();
        for (String segment : raw.split("/", -1)) {
            if (segment.equals("..")) {
                if (!segments.isEmpty()) {
                    segments.remove(segments.size() - 1);
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(decode(segment));
            }
        }
        return new RequestPath(segments, raw.endsWith("/"));
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
