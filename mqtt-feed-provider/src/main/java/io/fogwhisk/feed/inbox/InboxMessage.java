package io.fogwhisk.feed.inbox;

import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.feed.trigger.PropertiesJson;
import io.fogwhisk.wsk.model.QualifiedName;

/**
 * A message that the inbox keeps for one feed. Exactly one of {@link #done} and {@link #back} is to be called once it was
 * handed out. Thread-safe.
 */
public final class InboxMessage {

    static final int OVERHEAD = 100;
    private static final int UNIT = 1_024;

    private final Inbox inbox;
    private final Backlog backlog;
    private final long seq;
    private final Message message;
    private final long bytes;

    InboxMessage(Inbox inbox, Backlog backlog, long seq, Message message) {
        this.inbox = inbox;
        this.backlog = backlog;
        this.seq = seq;
        this.message = message;
        bytes = message.payload().length
                + (long) message.topic().length()
                + PropertiesJson.write(message.properties()).length()
                + OVERHEAD;
    }

    /** What its feed fires. */
    public QualifiedName trigger() {
        return backlog.trigger();
    }

    /** What was received. */
    public Message message() {
        return message;
    }

    /**
     * Whether it is still to be fired: not if its feed was deleted, even if there is another one of the same trigger, and
     * not if one before it came back, for then it is handed out again behind that.
     */
    public boolean wanted() {
        return inbox.wants(this);
    }

    /** It is settled: the inbox forgets it. */
    public void done() {
        inbox.done(this);
    }

    /** It is not: the inbox hands it out again, with all after it, once its feed is active. */
    public void back() {
        inbox.back(this);
    }

    Backlog backlog() {
        return backlog;
    }

    long seq() {
        return seq;
    }

    long receivedAt() {
        return message.receivedAt();
    }

    /** About what it takes on disk. A publisher may say much in properties of a message without payload. */
    long bytes() {
        return bytes;
    }

    /** How much memory it takes: one for a reading, more for what is large. */
    long weight() {
        return 1 + bytes() / UNIT;
    }
}
