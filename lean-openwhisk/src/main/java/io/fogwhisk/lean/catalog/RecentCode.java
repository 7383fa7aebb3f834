package io.fogwhisk.lean.catalog;

import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.catalog.CatalogDocument.Attachment;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The code that was asked for last, since many sites ask for the same at the same time: short code up to a bound, and
 * all that is still on its way to somebody. What is read takes memory several times its size for a moment, so two at a
 * time are read and the others wait, for a bounded time. Thread-safe.
 */
final class RecentCode {

    private static final int MAX_KEPT = 1 << 20;
    private static final long MAX_BYTES = 16L << 20;
    private static final int MAX_SHARED = 1_000;
    private static final int READERS = 2;
    private static final long WAIT_SECONDS = 30;

    private final Map<String, Attachment> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, WeakReference<Attachment>> shared = new HashMap<>();
    private final Semaphore reading = new Semaphore(READERS);
    private long bytes;

    /**
     * The code under a key, at hand or read.
     *
     * @throws LeanException 503 if the disk is so slow that its turn does not come
     */
    Attachment get(String key, Supplier<Attachment> read) {
        Attachment known = find(key);
        if (known != null) {
            return known;
        }
        try {
            if (!reading.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new LeanException(503, "Code could not be read within " + WAIT_SECONDS + " s, try again.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LeanException(503, "interrupted while waiting to read code", e);
        }
        try {
            // Those that waited may have waited for just this.
            Attachment meanwhile = find(key);
            if (meanwhile != null) {
                return meanwhile;
            }
            Attachment fresh = read.get();
            keep(key, fresh);
            return fresh;
        } finally {
            reading.release();
        }
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
