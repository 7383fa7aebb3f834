package io.fogwhisk.lean.couch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.EntityListing.Registration;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.DocumentSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentLogTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final Numbers numbers = new Numbers();
    private DocumentLog log;

    @BeforeEach
    void start() {
        numbers.put("a", 1);
        log = log();
        log.start();
    }

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void whatIsThereAtTheStartIsServedFromTheStart() {
        assertThat(changes(0)).containsExactly("a");
    }

    @Test
    void aDocumentThatCannotBeReadHoldsUpNoOtherAndComesWhenItCan() {
        numbers.broken.add("b");
        numbers.put("b", 1);
        numbers.put("c", 1);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(changes(0)).containsExactly("a", "c"));

        numbers.broken.clear();

        await().atMost(LIMIT).untilAsserted(() -> assertThat(changes(0)).containsExactly("a", "c", "b"));
    }

    @Test
    void aReaderWhoMissedADocumentThatWasUnreadableIsToldOfItAgain() {
        String rev = Objects.requireNonNull(database().find("a")).rev();
        numbers.broken.add("a");
        assertThat(read(0)).doesNotContain("\"doc\"");

        numbers.broken.clear();

        await().atMost(LIMIT).untilAsserted(() -> assertThat(read(1)).contains("\"number\":1", rev));
        assertThat(changes(0)).containsExactly("a");
    }

    @Test
    void anotherValueOfTheSameContentIsNoChange() {
        numbers.put("a", 2);
        await().atMost(LIMIT).until(() -> database().totals().last() == 2);
        numbers.values.put("a", new Counted(2));
        numbers.put("b", 1);

        await().atMost(LIMIT).untilAsserted(() -> assertThat(changes(2)).containsExactly("b"));
        assertThat(Objects.requireNonNull(database().find("a")).rev()).startsWith("2-");
    }

    @Test
    void aNameThatCouchDbReservesIsLeftOut() {
        numbers.put("_a", 1);
        numbers.put("b", 1);

        await().atMost(LIMIT).untilAsserted(() -> assertThat(changes(0)).containsExactly("a", "b"));
    }

    @Test
    void thousandsOfChangesAreAllNumberedOnceAndSurvive() {
        for (int i = 0; i < 3_000; i++) {
            numbers.values.put("n" + i, new Counted(i));
        }
        numbers.put("last", 1);
        await().atMost(LIMIT).until(() -> database().totals().live() == 3_002);
        List<String> before = changes(0);
        assertThat(before).hasSize(3_002).doesNotHaveDuplicates();

        log.close();
        log = log();
        log.start();

        assertThat(changes(0)).isEqualTo(before);
    }

    @Test
    void revisionsThatAreForgottenLeaveTheNewest() {
        Revisions revisions = Revisions.first(Revisions.digest("0"));
        for (int i = 1; i < 1_500; i++) {
            revisions = revisions.next(Revisions.digest(String.valueOf(i)));
        }

        assertThat(revisions.current()).startsWith("1500-");
        assertThat(revisions.ids()).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(revisions.contains(revisions.current())).isTrue();
        assertThat(revisions.contains("501-" + revisions.ids().get(999))).isTrue();
        assertThat(revisions.contains("500-" + revisions.ids().get(999))).isFalse();
    }

    @Test
    void codeOnItsWayIsCountedOnceAndTheTooMuchIsRefused() {
        HeldBytes held = new HeldBytes(3 << 20);
        byte[] one = new byte[2 << 20];
        byte[] other = new byte[2 << 20];
        byte[] huge = new byte[5 << 20];

        assertThat(held.take(one)).isTrue();
        assertThat(held.take(one)).isTrue();
        assertThat(held.take(other)).isFalse();
        assertThat(held.take(new byte[10])).isTrue();
        held.release(one);
        assertThat(held.take(other)).isFalse();
        held.release(one);
        assertThat(held.take(huge)).isTrue();
        held.release(huge);
        assertThat(held.take(other)).isTrue();
    }

    private DocumentLog log() {
        return new DocumentLog("test", folder.resolve("catalog.db"), Map.of("numbers", numbers), Duration.ZERO);
    }

    private LoggedDatabase database() {
        return log.database("numbers").orElseThrow();
    }

    private List<String> changes(long since) {
        List<String> ids = new ArrayList<>();
        for (LogEntry entry = database().after(since);
                entry != null;
                entry = database().after(entry.seq())) {
            ids.add(entry.id());
        }
        return ids;
    }

    /** A page of the changes with their documents. */
    private String read(long since) {
        ChangesQuery query = new ChangesQuery(
                ChangesQuery.Feed.NORMAL,
                since,
                100,
                false,
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO);
        ChangesFeed feed = new ChangesFeed(
                database(), query, new DocumentWriter("rome", false, false), log::unreadable, System::nanoTime);
        StringBuilder text = new StringBuilder();
        while (feed.next() instanceof Parts.Bytes bytes) {
            text.append(new String(bytes.bytes(), StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    /** Compared by identity, as what stands for an entity is. */
    private static final class Counted {
        private final int value;

        Counted(int value) {
            this.value = value;
        }
    }

    /** Documents that each hold a number, some of which can't be read. */
    private static final class Numbers implements DocumentSource {
        private final Map<String, Object> values = new ConcurrentHashMap<>();
        private final Set<String> broken = ConcurrentHashMap.newKeySet();
        private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

        void put(String id, int value) {
            values.put(id, new Counted(value));
            listeners.forEach(Runnable::run);
        }

        @Override
        public Map<String, Object> documents() {
            return Map.copyOf(values);
        }

        @Override
        public CatalogDocument render(String id, Object value, String reader) {
            if (broken.contains(id)) {
                throw LeanException.notFound();
            }
            return CatalogDocument.of(JsonNodeFactory.instance.objectNode().put("number", ((Counted) value).value));
        }

        @Override
        public Registration onChange(Runnable listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }
    }
}
