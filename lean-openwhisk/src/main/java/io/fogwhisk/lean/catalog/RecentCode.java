package io.fogwhisk.lean.catalog;

import io.fogwhisk.wsk.catalog.CatalogDocument.Attachment;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The code that was asked for last, since many sites ask for the same at the same time: short code up to a bound, and
 * all that is still on its way to somebody. Thread-safe.
 */
final class RecentCode {

    private static final int MAX_KEPT = 1 << 20;
    private static final long MAX_BYTES = 16L << 20;
    private static final int MAX_SHARED = 1_000;

    private final Map<String, Attachment> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, WeakReference<Attachment>> shared = new HashMap<>();
    private long bytes;

    /** The code under a key; it is read, outside any lock, unless it is at hand. */
    Attachment get(String key, Supplier<Attachment> read) {
        Attachment known = find(key);
        if (known != null) {
            return known;
        }
        Attachment fresh = read.get();
        keep(key, fresh);
        return fresh;
    }

    private synchronized @Nullable Attachment find(String key) {
        Attachment found = kept.get(key);
        if (found != null) {
            return found;
        }
        WeakReference<Attachment> reference = shared.get(key);
        return reference == null ? null : reference.get();
    }

    private synchronized void keep(String key, Attachment code) {
        if (code.bytes().length > MAX_KEPT) {
            if (shared.size() >= MAX_SHARED) {
                shared.values().removeIf(reference -> reference.get() == null);
            }
            shared.put(key, new WeakReference<>(code));
            return;
        }
        Attachment before = kept.put(key, code);
        bytes += code.bytes().length - (before == null ? 0 : before.bytes().length);
        var oldest = kept.values().iterator();
        while (bytes > MAX_BYTES && oldest.hasNext()) {
            bytes -= oldest.next().bytes().length;
            oldest.remove();
        }
    }
}
