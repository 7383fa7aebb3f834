package io.fogwhisk.influx.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.javalin.http.Context;
import java.util.List;
import java.util.function.Function;

/**
 * The part of a list that a request asks for.
 *
 * @param limit how many, 1 to 100
 * @param offset how many come before
 * @param after the id of the one before the first; empty to count by the offset
 */
record Page(int limit, int offset, String after) {

    private static final int LIMIT = 20;
    private static final int MAX_LIMIT = 100;

    static Page of(Context ctx) {
        String after = ctx.queryParam("after");
        return new Page(
                number(ctx, "limit", LIMIT, 1, MAX_LIMIT),
                number(ctx, "offset", 0, 0, Integer.MAX_VALUE),
                after == null ? "" : after);
    }

    <T> List<T> of(List<T> all, Function<T, String> id) {
        int skipped = after.isEmpty() ? offset : all.stream().map(id).toList().indexOf(after) + 1;
        return all.stream().skip(skipped).limit(limit).toList();
    }

    /** The links of a list of which so many are shown. */
    void links(ObjectNode links, String path, int shown) {
        links.put("self", link(path, offset));
        if (shown == limit && after.isEmpty()) {
            links.put("next", link(path, offset + limit));
        }
        if (offset > 0) {
            links.put("prev", link(path, Math.max(0, offset - limit)));
        }
    }

    private String link(String path, int from) {
        return path + "?descending=false&limit=" + limit + "&offset=" + from;
    }

    private static int number(Context ctx, String name, int byDefault, int min, int max) {
        String text = ctx.queryParam(name);
        if (text == null || text.isEmpty()) {
            return byDefault;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new InfluxException(ErrorCode.INVALID, name + " is invalid: it must be a number, was " + text, e);
        }
        throw new InfluxException(
                ErrorCode.INVALID, name + " must be between " + min + " and " + max + ", was " + text);
    }
}
