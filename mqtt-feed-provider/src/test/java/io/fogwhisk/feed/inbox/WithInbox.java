package io.fogwhisk.feed.inbox;

import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.feed.trigger.MessageProperties;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An inbox in a folder of its own, and an outlet that does with a message what a test says. */
abstract class WithInbox {

    static final Duration SOON = Duration.ofSeconds(30);
    static final QualifiedName READINGS = QualifiedName.of("guest", "readings");
    static final QualifiedName OTHER = QualifiedName.of("guest", "other");

    @TempDir
    Path folder;

    final FakeOutlet outlet = new FakeOutlet();
    Inbox inbox;

    /** Does with what it is given what the test says. */
    static final class FakeOutlet implements Outlet {
        final Map<QualifiedName, Integer> widths = new ConcurrentHashMap<>();
        final List<InboxMessage> taken = new CopyOnWriteArrayList<>();
        volatile Consumer<InboxMessage> behaviour = taken::add;

        @Override
        public int width(QualifiedName trigger) {
            return widths.getOrDefault(trigger, 500);
        }

        @Override
        public void take(InboxMessage message) {
            behaviour.accept(message);
        }

        List<String> payloads() {
            return taken.stream().map(FakeOutlet::text).toList();
        }

        static String text(InboxMessage message) {
            return new String(message.message().payload(), StandardCharsets.UTF_8);
        }
    }

    @BeforeEach
    void start() {
        open(1_000_000, 1L << 30);
    }

    @AfterEach
    void stop() {
        outlet.taken.forEach(InboxMessage::done);
        inbox.close();
    }

    final void open(long maxMessages, long maxBytes) {
        inbox = new Inbox("test-inbox", folder.resolve("inbox.db"), maxMessages, maxBytes, outlet);
        inbox.start();
    }

    void reopen() {
        reopen(1_000_000);
    }

    void reopen(long maxMessages) {
        inbox.close();
        open(maxMessages, 1L << 30);
    }

    List<String> feeds() throws SQLException {
        List<String> feeds = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("inbox.db"));
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("select trigger from feed")) {
            while (row.next()) {
                feeds.add(row.getString(1));
            }
        }
        return feeds;
    }

    void finish() {
        outlet.taken.forEach(InboxMessage::done);
        outlet.taken.clear();
    }

    void add(QualifiedName trigger, String... payloads) {
        for (String payload : payloads) {
            inbox.add(trigger, message(payload)).toCompletableFuture().join();
        }
    }

    static Message message(String payload) {
        return message(payload, 1_000);
    }

    static Message message(String payload, long at) {
        return new Message("topic", payload.getBytes(StandardCharsets.UTF_8), 1, false, MessageProperties.EMPTY, at);
    }
}
