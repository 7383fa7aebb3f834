package io.fogwhisk.aggregate.influx;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes many parts as one request and, if the database refuses the data, halves it until only the parts that it
 * refuses alone are left: one bad part among good ones fails alone. So it does with what is too large for a proxy on
 * the way, but that refuses no part for good. Writing a part again is harmless, since a point is
 * replaced by its equal.
 *
 * @param <T> a part
 */
public final class SplitWrite<T> {

    private final InfluxApi api;
    private final Function<T, Points> points;
    private final Consumer<T> confirmed;
    private final BiConsumer<T, String> refused;

    /**
     * A way to write.
     *
     * @param points of a part
     * @param confirmed is told of each part that the database stored, in order
     * @param refused is told of each part that the database refuses for good, in order, with its reason
     */
    public SplitWrite(InfluxApi api, Function<T, Points> points, Consumer<T> confirmed, BiConsumer<T, String> refused) {
        this.api = api;
        this.points = points;
        this.confirmed = confirmed;
        this.refused = refused;
    }

    /**
     * How far a write came.
     *
     * @param decided how many parts, from the first on, are stored or refused
     * @param failure why the rest is neither; null if there is no rest
     */
    public record Progress(int decided, WriteAnswer.@Nullable NotNow failure) {}

    /** Writes the parts; blocks for the request's time limit, several times if the data is split. */
    public Progress write(InfluxTarget target, List<T> parts) {
        WriteAnswer answer = api.write(target, join(parts));
        if (answer instanceof WriteAnswer.NotNow failure) {
            return new Progress(0, failure);
        }
        if (answer instanceof WriteAnswer.TooLarge large) {
            return parts.size() > 1
                    ? halve(target, parts)
                    : new Progress(0, new WriteAnswer.NotNow(large.reason(), true));
        }
        if (answer instanceof WriteAnswer.BadData bad) {
            if (parts.size() > 1) {
                return halve(target, parts);
            }
            refused.accept(parts.get(0), bad.reason());
            return new Progress(1, null);
        }
        parts.forEach(confirmed);
        return new Progress(parts.size(), null);
    }

    private Progress halve(InfluxTarget target, List<T> parts) {
        int middle = parts.size() / 2;
        Progress first = write(target, parts.subList(0, middle));
        if (first.failure() != null) {
            return first;
        }
        Progress second = write(target, parts.subList(middle, parts.size()));
        return new Progress(first.decided() + second.decided(), second.failure());
    }

    private String join(List<T> parts) {
        if (parts.size() == 1) {
            return points.apply(parts.get(0)).lines();
        }
        int length = parts.size();
        for (T part : parts) {
            length += points.apply(part).lines().length();
        }
        StringBuilder lines = new StringBuilder(length);
        for (T part : parts) {
            if (lines.length() > 0) {
                lines.append('\n');
            }
            lines.append(points.apply(part).lines());
        }
        return lines.toString();
    }
}
