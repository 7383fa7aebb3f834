package io.fogwhisk.lean.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.DocumentSink;
import io.fogwhisk.wsk.model.WhiskAction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a catalogue may do wrong, and what may happen while it is followed. */
class FollowFaultsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private ScriptedCatalog upstream;
    private EntityStore entities;
    private @Nullable CatalogFollower following;

    @BeforeEach
    void open() throws Exception {
        upstream = new ScriptedCatalog();
        entities = new EntityStore("site-1-entities", folder.resolve("whisk.db"), Duration.ZERO);
        entities.start();
    }

    @AfterEach
    void close() {
        follower().close();
        entities.close();
        upstream.close();
    }

    @ParameterizedTest
    @CsvSource({
        "200, <html>Please log in</html>, is not a CouchDB",
        "200, {\"ok\":true}, is not a CouchDB",
        "404, <html>Not found</html>, is not a CouchDB",
        "404, {\"error\":\"not_found\"}, does not have",
        "401, {\"error\":\"unauthorized\"}, refuses the credentials",
        "403, <html>Forbidden</html>, refuses the credentials",
        "429, {\"error\":\"too_many\"}, is the token right?",
        "503, busy, answered 503"
    })
    void takesNothingAwayForAnAnswerThatIsNoneAndGoesOnAfterIt(int status, String page, String said) {
        // Given
        upstream.put("guest/a", Documents.action("guest", "a", "let a"));
        follow(sink(Set.of()));
        await().atMost(LIMIT).until(() -> names().equals("[a]"));
        // When
        upstream.always(status, page);
        // Then
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(whisks().error())
                        .hasValueSatisfying(error -> assertThat(error)
                                .contains(said)
                                .contains(upstream.url().toString())));
        assertThat(names()).isEqualTo("[a]");
        // When
        upstream.always(200, "");
        upstream.put("guest/b", Documents.action("guest", "b", "let b"));
        // Then
        await().atMost(LIMIT).until(() -> names().equals("[a, b]"));
        await().atMost(LIMIT).until(() -> whisks().error().isEmpty());
    }

    @Test
    void goesBackWithADatabaseThatWentBack() {
        // Given
        follow(sink(Set.of()));
        upstream.put("guest/a", Documents.action("guest", "a", "let a"));
        upstream.put("guest/b", Documents.action("guest", "b", "let b"));
        upstream.put("guest/c", Documents.action("guest", "c", "let c"));
        await().atMost(LIMIT).until(() -> names().equals("[a, b, c]"));
        // When
        upstream.rollBack(2, "guest/b", "guest/c");
        // Then
        await().atMost(LIMIT).until(() -> names().equals("[a]"));
        // When
        upstream.put("guest/d", Documents.action("guest", "d", "let d"));
        // Then
        await().atMost(LIMIT).until(() -> names().equals("[a, d]"));
    }

    @Test
    void triesAPageAgainThatTheDiskDidNotTake() {
        // Given
        EntitySink real = sink(Set.of());
        AtomicInteger failures = new AtomicInteger(3);
        DocumentSink failing = new DocumentSink() {
            @Override
            public Optional<String> put(String id, CatalogDocument document) {
                Optional<String> answer = real.put(id, document);
                if (failures.getAndDecrement() > 0) {
                    throw new StoreException("the disk is full");
                }
                return answer;
            }

            @Override
            public void remove(String id) {
                real.remove(id);
            }
        };
        // When
        upstream.put("guest/a", Documents.action("guest", "a", "let a"));
        upstream.put("guest/b", Documents.action("guest", "b", "let b"));
        follow(failing);
        // Then
        await().atMost(LIMIT).until(() -> names().equals("[a, b]"));
        await().atMost(LIMIT).until(() -> whisks().error().isEmpty());
        assertThat(whisks().refusedCount()).isZero();
    }

    @Test
    void followsWhatIsWantedNowAfterTheNamespacesChanged() {
        // Given
        upstream.put("one/a", Documents.action("one", "a", "let a"));
        upstream.put("two/b", Documents.action("two", "b", "let b"));
        follow(sink(Set.of("one")), Set.of("one"));
        await().atMost(LIMIT).until(() -> names().equals("[a]"));
        // When
        follower().close();
        follow(sink(Set.of("two")), Set.of("two"));
        // Then
        await().atMost(LIMIT).until(() -> names().equals("[b]"));
    }

    @Test
    void catchesUpWithThousandsOfChanges() throws Exception {
        // Given
        follow(sink(Set.of()));
        await().atMost(LIMIT).until(() -> whisks().revision().isPresent());
        follower().close();
        // When
        for (int i = 0; i < 3_000; i++) {
            upstream.put("guest/a" + i, Documents.action("guest", "a" + i, "let a = " + i));
        }
        for (int i = 0; i < 3_000; i += 2) {
            upstream.delete("guest/a" + i);
        }
        follow(sink(Set.of()));
        // Then
        await().atMost(LIMIT).until(() -> entities.all(WhiskAction.class).size() == 1_500);
        await().atMost(LIMIT)
                .until(() -> whisks().behind() == 0 && whisks().documents() == 1_500 && upstream.reports() > 0);
        assertThat(FollowState.read(folder.resolve("follow.db")).databases())
                .hasEntrySatisfying(
                        "whisks", read -> assertThat(read.documents()).isEqualTo(1_500));
    }

    private EntitySink sink(Set<String> namespaces) {
        return new EntitySink(entities, kind -> true, namespaces);
    }

    private void follow(DocumentSink sink) {
        follow(sink, Set.of());
    }

    private void follow(DocumentSink sink, Set<String> namespaces) {
        following = StartedFollower.of(upstream, folder, namespaces, Map.of(CatalogFollower.WHISKS, sink));
    }

    private CatalogFollower follower() {
        return Objects.requireNonNull(following);
    }

    private String names() {
        List<String> names = new ArrayList<>();
        entities.all(WhiskAction.class)
                .forEach(action -> names.add(action.name().name()));
        return new TreeSet<>(names).toString();
    }

    private FollowState.Followed whisks() {
        return Objects.requireNonNull(follower().state().databases().get(CatalogFollower.WHISKS));
    }
}
