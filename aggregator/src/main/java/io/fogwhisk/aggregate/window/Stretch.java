package io.fogwhisk.aggregate.window;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows of one length that follow each other without gaps: what a database can cut without knowing of time zones and
 * calendars.
 *
 * @param windows at least one, oldest first
 */
public record Stretch(List<Window> windows) {

    /** Checks that the windows are as promised. */
    public Stretch {
        windows = List.copyOf(windows);
        if (windows.isEmpty()) {
            throw new IllegalArgumentException("a stretch must have a window");
        }
        for (int i = 1; i < windows.size(); i++) {
            if (!continues(windows.get(i - 1), windows.get(i))) {
                throw new IllegalArgumentException("windows of a stretch must follow each other and be of one length");
            }
        }
    }

    /** Puts windows together, as many as possible, in their order. */
    public static List<Stretch> of(List<Window> windows) {
        List<Stretch> stretches = new ArrayList<>();
        List<Window> current = new ArrayList<>();
        for (Window window : windows) {
            if (!current.isEmpty() && !continues(current.get(current.size() - 1), window)) {
                stretches.add(new Stretch(current));
                current.clear();
            }
            current.add(window);
        }
        if (!current.isEmpty()) {
            stretches.add(new Stretch(current));
        }
        return stretches;
    }

    /** When the first window starts. */
    public Instant start() {
        return windows.get(0).start();
    }

    /** When the last window ends. */
    public Instant stop() {
        return windows.get(windows.size() - 1).stop();
    }

    /** The length of each window. */
    public Duration every() {
        return windows.get(0).length();
    }

    /** How much later than at a multiple of their length since 1970 the windows start. */
    public Duration offset() {
        return Duration.ofSeconds(Math.floorMod(start().getEpochSecond(), every().toSeconds()));
    }

    /** The first half and the second, of a stretch of at least two windows. */
    public List<Stretch> halves() {
        int middle = windows.size() / 2;
        return List.of(new Stretch(windows.subList(0, middle)), new Stretch(windows.subList(middle, windows.size())));
    }

    private static boolean continues(Window before, Window next) {
        return before.stop().equals(next.start()) && before.length().equals(next.length());
    }
}
