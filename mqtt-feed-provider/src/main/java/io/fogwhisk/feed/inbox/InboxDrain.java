package io.fogwhisk.feed.inbox;

import io.fogwhisk.base.store.Database;
import io.fogwhisk.feed.inbox.Inbox.Reading;
import io.fogwhisk.feed.inbox.Inbox.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the draining thread of an inbox does. */
final class InboxDrain {

    private static final Logger LOG = LoggerFactory.getLogger(InboxDrain.class);

    private final Inbox inbox;
    private final Outlet outlet;
    private final Database database;

    InboxDrain(Inbox inbox, Outlet outlet, Database database) {
        this.inbox = inbox;
        this.outlet = outlet;
        this.database = database;
    }

    /** Hands out until the inbox closes. */
    void run() {
        try (Connection connection = database.openReader()) {
            for (Step step = inbox.next(); step != null; step = inbox.next()) {
                step.offer().forEach(this::hand);
                Reading reading = step.reading();
                if (reading != null && !read(connection, reading)) {
                    TimeUnit.SECONDS.sleep(1);
                }
                if (step.tidy()) {
                    tidy(connection);
                }
            }
        } catch (SQLException e) {
            LOG.atError().setCause(database.failure("close", e)).log("inbox not closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hand(InboxMessage message) {
        try {
            outlet.take(message);
        } catch (RuntimeException e) {
            // It stays in the file, and is handed out again by the next start.
            LOG.atError().setCause(e).addKeyValue("trigger", message.trigger()).log("message not handed out");
        }
    }

    private void tidy(Connection connection) {
        try {
            inbox.shrink(InboxSpace.free(connection));
        } catch (SQLException e) {
            LOG.atWarn().setCause(database.failure("read", e)).log("inbox not made smaller");
        }
    }

    private boolean read(Connection connection, Reading reading) {
        try {
            inbox.read(
                    reading,
                    InboxRows.read(
                            connection,
                            reading.backlog().id(),
                            reading.after(),
                            reading.upTo(),
                            reading.room(),
                            (seq, message) -> new InboxMessage(inbox, reading.backlog(), seq, message)));
            return true;
        } catch (SQLException e) {
            LOG.atError().setCause(database.failure("read", e)).log("inbox cannot be read");
            return false;
        } catch (RuntimeException e) {
            // A row of one feed that is not what was written must not end the thread that serves all.
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("trigger", reading.backlog().trigger())
                    .log("messages in the inbox cannot be read");
            return false;
        }
    }
}
