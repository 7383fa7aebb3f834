package io.fogwhisk.feed.inbox;

import io.fogwhisk.wsk.model.QualifiedName;

/** Where an inbox takes its messages to. Called by the inbox's own thread; must not block for long. */
public interface Outlet {

    /** What {@link #width} says of a trigger whose feed is gone: its messages are dropped. */
    int GONE = -1;

    /** What {@link #width} says of a feed that is not active: its messages are kept. */
    int NOT_NOW = 0;

    /** How many messages of a trigger's feed may be under way at the same time, or one of the two values above. */
    int width(QualifiedName trigger);

    /** Takes a message, which must be told of its end. Those of one feed come in the order they were added. */
    void take(InboxMessage message);
}
