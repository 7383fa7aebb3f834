package io.fogwhisk.feed.inbox;

import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the inbox holds for one feed: numbered without gaps that matter, in memory from the first one not handed out up to
 * {@link #loaded}, and only on disk from there to {@link #committed}. Guarded by the inbox.
 */
final class Backlog {

    private static final long NONE = Long.MAX_VALUE;

    private final int id;
    private final QualifiedName trigger;
    private final Shares.Share share;
    private final Memory memory;
    private final Deque<InboxMessage> ready = new ArrayDeque<>();
    private boolean named;
    private boolean abandoned;
    private long lastSeq;
    private long committed;
    private long loaded;
    private long droppedUpTo;
    private long rewindTo = NONE;
    private long count;
    private long bytes;
    // In the order handed out; no more than the outlet's width.
    private final Set<InboxMessage> offered = new LinkedHashSet<>();
    private long offeredBytes;
    // When the first message that is on disk alone was received, or the last one before it.
    private long diskSince;
    private long rewindSince;
    private int undeleted;
    private long weight;

    Backlog(int id, QualifiedName trigger, Shares.Share share, Memory memory) {
        this.id = id;
        this.trigger = trigger;
        this.share = share;
        this.memory = memory;
    }

    /** What of all backlogs is in memory; guarded by the inbox. */
    static final class Memory {
        private long weight;

        long weight() {
            return weight;
        }
    }

    private void count(long messages, long length) {
        count += messages;
        bytes += length;
        share.hold(messages, length);
    }

    private void weigh(long more) {
        weight += more;
        memory.weight += more;
    }

    int id() {
        return id;
    }

    QualifiedName trigger() {
        return trigger;
    }

    /** Whether its name is in the file. */
    boolean named() {
        return named;
    }

    void nameStored() {
        named = true;
    }

    /** Its feed is gone; whether for good, the next arrival tells. */
    void abandon() {
        abandoned = true;
    }

    /** Whether its feed is gone and nothing of it is anywhere, not even on its way to the file or out of it. */
    boolean over() {
        return abandoned && count == 0 && offered.isEmpty() && undeleted == 0 && committed == lastSeq;
    }

    /** It is forgotten. */
    void leave() {
        share.leave();
    }

    /** Begins with what the file holds. */
    void found(long firstSeq, long last, long messages, long length, long received) {
        named = true;
        diskSince = received;
        loaded = firstSeq - 1;
        lastSeq = last;
        committed = last;
        count(messages, length);
    }

    long nextSeq() {
        lastSeq++;
        return lastSeq;
    }

    /** A message is on its way to the disk. */
    void arrived(InboxMessage message) {
        abandoned = false;
        count(1, message.bytes());
    }

    /** The message is on disk; true if it was also put into memory. */
    void stored(InboxMessage message, boolean room) {
        boolean caughtUp = loaded == committed;
        committed = message.seq();
        if (message.seq() <= droppedUpTo) {
            loaded = Math.max(loaded, message.seq());
        } else if (caughtUp && room) {
            ready.add(message);
            weigh(message.weight());
            loaded = message.seq();
        } else if (caughtUp) {
            diskSince = message.receivedAt();
        }
    }

    /** The message could not be written: its number stays unused. */
    void notStored(InboxMessage message) {
        if (message.seq() > droppedUpTo) {
            forget(message);
        }
        if (loaded == committed) {
            loaded = message.seq();
        }
        committed = message.seq();
    }

    private void forget(InboxMessage message) {
        count(-1, -message.bytes());
    }

    /** Hands out the next ones of those in memory. */
    List<InboxMessage> offer(int max) {
        List<InboxMessage> list = new ArrayList<>(Math.min(max, ready.size()));
        while (list.size() < max && !ready.isEmpty()) {
            InboxMessage next = ready.remove();
            offered.add(next);
            offeredBytes += next.bytes();
            list.add(next);
        }
        return list;
    }

    /** A message that was handed out is settled; it is deleted later. */
    void settled(InboxMessage message) {
        ended(message);
        forget(message);
        undeleted++;
    }

    /** A message that was handed out came back; true if it is to be kept. */
    boolean returned(InboxMessage message) {
        if (message.seq() <= droppedUpTo) {
            settled(message);
            return false;
        }
        ended(message);
        if (message.seq() < rewindTo) {
            rewindTo = message.seq();
            rewindSince = message.receivedAt();
        }
        return true;
    }

    /** Whether a message that was handed out was not dropped since, and none before it came back. */
    boolean wants(InboxMessage message) {
        return message.seq() > droppedUpTo && message.seq() < rewindTo;
    }

    private void ended(InboxMessage message) {
        offered.remove(message);
        offeredBytes -= message.bytes();
        weigh(-message.weight());
    }

    void deleted(int messages) {
        undeleted -= messages;
    }

    /** Whether messages came back, so that nothing goes on until it goes on from there. */
    boolean rewinding() {
        return rewindTo != NONE;
    }

    /** Goes back to the first message that came back; not before all that was handed out ended and is deleted. */
    boolean rewind() {
        if (!offered.isEmpty() || undeleted > 0) {
            return false;
        }
        clear();
        loaded = rewindTo - 1;
        diskSince = rewindSince;
        rewindTo = NONE;
        return true;
    }

    /** Lets go of what is in memory and not handed out. */
    void unload() {
        if (!ready.isEmpty()) {
            loaded = ready.element().seq() - 1;
            diskSince = ready.element().receivedAt();
            clear();
        }
    }

    private void clear() {
        ready.forEach(message -> weigh(-message.weight()));
        ready.clear();
    }

    /** Gives up everything that was not handed out; returns how many messages that were. */
    long drop() {
        long dropped = count - offered.size();
        count(-dropped, offeredBytes - bytes);
        droppedUpTo = lastSeq;
        rewindTo = NONE;
        clear();
        loaded = committed;
        return dropped;
    }

    /** Up to which number everything was dropped. */
    long droppedUpTo() {
        return droppedUpTo;
    }

    /** Whether there is more on disk than in memory. */
    boolean behind() {
        return loaded < committed;
    }

    long loaded() {
        return loaded;
    }

    long committed() {
        return committed;
    }

    /** Takes what was read from the disk, if nothing happened since. */
    void read(long after, List<InboxMessage> page, long upTo) {
        if (loaded != after || rewinding()) {
            return;
        }
        loaded = upTo;
        for (InboxMessage message : page) {
            ready.add(message);
            weigh(message.weight());
            diskSince = message.receivedAt();
        }
    }

    /**
     * When the oldest of its messages was received; where only the disk knows, the one before it. Empty when none is in
     * the file.
     */
    Optional<Instant> oldest() {
        long oldest = Long.MAX_VALUE;
        if (!offered.isEmpty()) {
            oldest = offered.iterator().next().receivedAt();
        }
        if (rewinding()) {
            oldest = Math.min(oldest, rewindSince);
        } else if (!ready.isEmpty()) {
            oldest = Math.min(oldest, ready.element().receivedAt());
        } else if (behind()) {
            oldest = Math.min(oldest, diskSince);
        }
        return oldest == Long.MAX_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest));
    }

    int ready() {
        return ready.size();
    }

    int offered() {
        return offered.size();
    }

    long count() {
        return count;
    }

    long weight() {
        return weight;
    }
}
