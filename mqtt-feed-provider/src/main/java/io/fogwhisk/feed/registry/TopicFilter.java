package io.fogwhisk.feed.registry;

import io.fogwhisk.feed.FeedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * An MQTT topic filter, with the wildcards {@code +} and {@code #} and shared subscriptions
 * ({@code $share/group/filter}).
 *
 * @param text as the user gave it
 * @param levels of the filter, without the share group
 * @param shared whether it is a shared subscription
 */
public record TopicFilter(String text, List<String> levels, boolean shared) {

    private static final String SHARE = "$share/";
    private static final int MAX_BYTES = 65_535;

    /** Copies the levels. */
    public TopicFilter {
        Objects.requireNonNull(text, "text is null");
        levels = List.copyOf(levels);
    }

    /**
     * Reads a filter.
     *
     * @throws FeedException if MQTT does not allow it
     */
    public static TopicFilter parse(String text) {
        if (text.isEmpty() || text.indexOf('\0') >= 0 || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new FeedException("topic must have 1 to 65535 bytes and no NUL character");
        }
        boolean shared = text.startsWith(SHARE);
        String filter = text;
        if (shared) {
            int end = text.indexOf('/', SHARE.length());
            String group = end < 0 ? "" : text.substring(SHARE.length(), end);
            if (group.isEmpty() || group.contains("+") || group.contains("#") || end + 1 == text.length()) {
                throw new FeedException("topic '" + text + "' must have the form $share/group/filter");
            }
            filter = text.substring(end + 1);
        }
        List<String> levels = Arrays.asList(filter.split("/", -1));
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            boolean last = i == levels.size() - 1;
            if ((level.contains("+") && level.length() > 1) || (level.contains("#") && (level.length() > 1 || !last))) {
                throw new FeedException("topic '" + text
                        + "': the wildcard + must stand for a whole level, # for the whole rest at the end");
            }
        }
        return new TopicFilter(text, levels, shared);
    }

    /** Whether a message's topic is of this filter. A wildcard at the start does not match topics that start with $. */
    public boolean matches(String topic) {
        String first = levels.get(0);
        if (topic.startsWith("$") && (first.equals("+") || first.equals("#"))) {
            return false;
        }
        int at = 0;
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.equals("#")) {
                return true;
            }
            if (at > topic.length()) {
                return false;
            }
            int slash = topic.indexOf('/', at);
            int end = slash < 0 ? topic.length() : slash;
            boolean same = level.equals("+") || (level.length() == end - at && topic.startsWith(level, at));
            if (!same) {
                return false;
            }
            at = end + 1;
        }
        return at > topic.length();
    }

    /** Whether every topic of the other filter is also of this one. */
    public boolean covers(TopicFilter other) {
        List<String> theirs = other.levels;
        String first = theirs.get(0);
        if (first.startsWith("$") && !first.equals(levels.get(0))) {
            return false;
        }
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.equals("#")) {
                return true;
            }
            if (i >= theirs.size()) {
                return false;
            }
            String their = theirs.get(i);
            if (their.equals("#") || !(level.equals("+") || level.equals(their))) {
                return false;
            }
        }
        return levels.size() == theirs.size();
    }

    @Override
    public String toString() {
        return text;
    }
}
