package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.List;
import java.util.random.RandomGenerator;

/** What lambdas are sent as input. Immutable; callers bring their own randomness. */
public final class Inputs {

    /** Inputs above it would not pass gRPC's usual limit of 4 MiB a message, which foreign nodes have. */
    public static final int MAX_SIZE = 4 * 1024 * 1024 - 4096;

    private static final String HEAD = "{\"input\":\"";
    private static final String TAIL = "\"}";

    private final List<Integer> sizes;
    private final int min;
    private final int max;
    private final String content;

    private Inputs(List<Integer> sizes, int min, int max, String content) {
        this.sizes = sizes;
        this.min = min;
        this.max = max;
        this.content = content;
    }

    /** A JSON object of one of these numbers of bytes, each as likely; at least 12 bytes. */
    public static Inputs ofSizes(List<Integer> sizes) {
        if (sizes.isEmpty()) {
            throw new EdgeException("sizes must name at least one size");
        }
        sizes.forEach(Inputs::check);
        return new Inputs(List.copyOf(sizes), 0, 0, "");
    }

    /** A JSON object of a number of bytes within a range. */
    public static Inputs between(int min, int max) {
        check(min);
        check(max);
        if (min > max) {
            throw new EdgeException("min-size must be at most max-size, were " + min + " and " + max);
        }
        return new Inputs(List.of(), min, max, "");
    }

    /** Always the same text, not empty. */
    public static Inputs fixed(String content) {
        if (content.isEmpty()) {
            throw new EdgeException("content must not be empty");
        }
        return new Inputs(List.of(), 0, 0, content);
    }

    /** The next input. */
    String draw(RandomGenerator random) {
        if (!content.isEmpty()) {
            return content;
        }
        return text(sizes.isEmpty() ? random.nextInt(min, max + 1) : sizes.get(random.nextInt(sizes.size())));
    }

    /** A JSON object of so many bytes, at least 12. */
    static String text(int size) {
        int filling = Math.max(0, size - HEAD.length() - TAIL.length());
        return HEAD + "A".repeat(filling) + TAIL;
    }

    private static void check(int size) {
        if (size < 0 || size > MAX_SIZE) {
            throw new EdgeException("a size must be 0 to " + MAX_SIZE + ", was " + size);
        }
    }
}
