package io.fogwhisk.influx.flux.syntax;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How large a regular expression becomes when its repetitions are written out, which is what matching does with them. An
 * estimate from above; it does not say whether the expression is well-formed.
 */
public final class RegexSize {

    /** Larger ones take more memory than a query may. */
    public static final long LIMIT = 20_000;

    private final String regex;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long size;
    private long last;
    private int next;

    private RegexSize(String regex) {
        this.regex = regex;
    }

    /** Whether a regular expression is too large to be used. */
    public static boolean tooLarge(String regex) {
        return new RegexSize(regex).size() > LIMIT;
    }

    private long size() {
        while (next < regex.length()) {
            char c = regex.charAt(next);
            next++;
            switch (c) {
                case '\\' -> {
                    next++;
                    atom(1);
                }
                case '[' -> {
                    next = Math.max(next, regex.indexOf(']', Math.min(next + 1, regex.length())) + 1);
                    atom(1);
                }
                case '(' -> {
                    outer.push(size);
                    size = 0;
                    last = 0;
                }
                case ')' -> {
                    long group = size + 1;
                    size = outer.isEmpty() ? 0 : outer.pop();
                    atom(group);
                }
                case '{' -> {
                    long times = times();
                    size += last * (times - 1);
                    last *= times;
                }
                default -> atom(1);
            }
            if (size > LIMIT) {
                return size;
            }
        }
        while (!outer.isEmpty()) {
            size += outer.pop();
        }
        return size;
    }

    private void atom(long more) {
        last = more;
        size += more;
    }

    /** The highest number within braces that were opened; at least one. */
    private long times() {
        long most = 1;
        long number = 0;
        while (next < regex.length() && regex.charAt(next) != '}') {
            char c = regex.charAt(next);
            number = c >= '0' && c <= '9' ? Math.min(LIMIT, number * 10 + c - '0') : 0;
            most = Math.max(most, number);
            next++;
        }
        return most;
    }
}
