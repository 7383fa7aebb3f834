package io.fogwhisk.lean.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.identity.NamespaceEntry;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.DocumentSink;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a site becomes equal to its catalogue after something was lost, changed or refused at one of the two. */
class FollowRecoveryTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String NAME = "3f2504e0-4f89-41d3";

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
        stop();
        entities.close();
        upstream.close();
    }

    @Test
    void saysWhenTheCatalogueAnsweredInAnEarlierLife() {
        // Given
        Instant begin = Instant.now();
        assertThat(CatalogFollower.lastContact(folder, CatalogFollower.WHISKS)).isEmpty();
        follow(CatalogFollower.WHISKS, sink());
        await().atMost(LIMIT)
                .until(() -> state(CatalogFollower.WHISKS).lastContact().isPresent());
        // When
        stop();
        // Then
        assertThat(CatalogFollower.lastContact(folder, CatalogFollower.WHISKS))
                .hasValueSatisfying(last -> assertThat(last.plusMillis(1)).isAfter(begin));
        assertThat(CatalogFollower.lastContact(folder, CatalogFollower.ALARMS)).isEmpty();
    }

    @Test
    void knowsKeysAgainWithoutTheTokenTheyWereSealedFor() throws IOException {
        // Given
        AuthKey sealed = NamespaceEntry.randomKey();
        AuthKey plain = NamespaceEntry.randomKey();
        upstream.put("alice", sealed("alice", sealed));
        upstream.put("bob", Documents.subject("bob", plain.uuid().toString(), plain.secret()));
        FollowedIdentities before = identities(true);
        follow(CatalogFollower.SUBJECTS, before);
        await().atMost(LIMIT).until(() -> before.byKey(sealed) != null && before.byKey(plain) != null);
        await().atMost(LIMIT)
                .until(() -> state(CatalogFollower.SUBJECTS).revision().isPresent());
        stop();
        // When
        upstream.always(503, "away");
        FollowedIdentities recalled = identities(false);
        CatalogFollower.recall(folder, CatalogFollower.SUBJECTS, recalled);
        FollowedIdentities after = identities(false);
        follow(CatalogFollower.SUBJECTS, after);
        // Then
        assertThat(recalled.byKey(sealed)).isNotNull();
        assertThat(recalled.byKey(plain)).isNotNull();
        assertThat(after.byKey(sealed)).isNotNull();
        assertThat(after.byKey(plain)).isNotNull();
        // When
        stop();
        // Then
        assertThat(written()).contains("\"own\"").doesNotContain(plain.secret()).doesNotContain(sealed.secret());
    }

    @Test
    void keepsAKeyWhoseNextRevisionItCannotOpen() {
        // Given
        AuthKey first = NamespaceEntry.randomKey();
        upstream.put("alice", sealed("alice", first));
        FollowedIdentities before = identities(true);
        follow(CatalogFollower.SUBJECTS, before);
        await().atMost(LIMIT).until(() -> before.byKey(first) != null);
        stop();
        upstream.put("alice", sealed("alice", NamespaceEntry.randomKey()));
        // When
        FollowedIdentities after = identities(false);
        follow(CatalogFollower.SUBJECTS, after);
        // Then
        await().atMost(LIMIT)
                .until(() -> state(CatalogFollower.SUBJECTS).refused().stream()
                        .anyMatch(each -> each.reason().contains("sealed for another site or token")));
        assertThat(after.byKey(first)).isNotNull();
        // When
        stop();
        FollowedIdentities recalled = identities(false);
        CatalogFollower.recall(folder, CatalogFollower.SUBJECTS, recalled);
        // Then
        assertThat(recalled.byKey(first)).isNotNull();
    }

    @Test
    void asksForAKeyAgainThatItKeptUnderALostKey() throws IOException {
        // Given
        AuthKey key = NamespaceEntry.randomKey();
        upstream.put("alice", Documents.subject("alice", key.uuid().toString(), key.secret()));
        FollowedIdentities before = identities(true);
        follow(CatalogFollower.SUBJECTS, before);
        await().atMost(LIMIT).until(() -> before.byKey(key) != null);
        stop();
        // When
        Files.delete(folder.resolve("site.key"));
        FollowedIdentities after = identities(true);
        follow(CatalogFollower.SUBJECTS, after);
        // Then
        await().atMost(LIMIT).until(() -> after.byKey(key) != null);
        await().atMost(LIMIT).until(() -> state(CatalogFollower.SUBJECTS).refusedCount() == 0);
    }

    @Test
    void bringsBackWhatWasDeletedAndRefusesWhatWasChangedWhileItFollowedNothing() {
        // Given
        for (String name : List.of("changed", "deleted", "same")) {
            upstream.put("guest/" + name, Documents.action("guest", name, "let " + name));
        }
        follow(CatalogFollower.WHISKS, sink());
        await().atMost(LIMIT).until(() -> entities.all(WhiskAction.class).size() == 3);
        await().atMost(LIMIT)
                .until(() -> state(CatalogFollower.WHISKS).revision().isPresent());
        stop();
        // When
        WhiskAction own = Objects.requireNonNull(entities.action("guest", "same"));
        entities.change(change -> {
            change.delete(Objects.requireNonNull(entities.action("guest", "deleted")));
            change.delete(Objects.requireNonNull(entities.action("guest", "changed")));
            return true;
        });
        entities.change(change -> {
            change.put(new WhiskTrigger(
                    QualifiedName.of("guest", "changed"),
                    SemVer.FIRST,
                    false,
                    List.of(),
                    1,
                    List.of(),
                    new TreeMap<>()));
            return true;
        });
        follow(CatalogFollower.WHISKS, sink());
        // Then
        await().atMost(LIMIT).until(() -> entities.action("guest", "deleted") != null);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(state(CatalogFollower.WHISKS).refused())
                        .singleElement()
                        .satisfies(refused -> assertThat(refused.id() + ": " + refused.reason())
                                .startsWith("guest/changed: a trigger /guest/changed was made at this site")));
        assertThat(entities.action("guest", "same")).isSameAs(own);
    }

    @Test
    void takesWhatCameOfAPageThoughTheRestDoesNotCome() {
        // Given
        upstream.put("guest/a", attached("a"));
        upstream.answer("/whisks/guest/a/" + NAME, 200, "let a");
        upstream.put("guest/b", attached("b"));
        upstream.answer("/whisks/guest/b/" + NAME, 503, "too slow");
        // When
        follow(CatalogFollower.WHISKS, sink());
        // Then
        await().atMost(LIMIT).until(() -> "let a".equals(code("a")));
        assertThat(code("b")).isNull();
        // When
        upstream.answer("/whisks/guest/b/" + NAME, 200, "let b");
        // Then
        await().atMost(LIMIT).until(() -> "let b".equals(code("b")));
        await().atMost(LIMIT).until(() -> state(CatalogFollower.WHISKS).error().isEmpty());
    }

    @Test
    void asksAgainForADocumentWhoseAttachmentWasNotThere() {
        // Given
        upstream.put("guest/a", attached("a"));
        upstream.answer("/whisks/guest/a/" + NAME, 404, "{\"error\":\"not_found\"}");
        follow(CatalogFollower.WHISKS, sink());
        await().atMost(LIMIT)
                .until(() -> state(CatalogFollower.WHISKS).refusedCount() == 1
                        && state(CatalogFollower.WHISKS).revision().isPresent());
        stop();
        // When
        upstream.answer("/whisks/guest/a/" + NAME, 200, "let a");
        follow(CatalogFollower.WHISKS, sink());
        // Then
        await().atMost(LIMIT).until(() -> "let a".equals(code("a")));
        await().atMost(LIMIT).until(() -> state(CatalogFollower.WHISKS).refusedCount() == 0);
    }

    @Test
    void goesOnAfterAnErrorThatIsNoException() {
        // Given
        List<String> told = new CopyOnWriteArrayList<>();
        AtomicInteger errors = new AtomicInteger(2);
        upstream.put("guest/deep", JsonObject.empty().copy());
        upstream.put("guest/odd", JsonObject.empty().copy());
        upstream.put("guest/plain", JsonObject.empty().copy());
        // When
        follow(CatalogFollower.ALARMS, telling(id -> {
            if (id.equals("guest/deep")) {
                throw new StackOverflowError();
            }
            if (id.equals("guest/odd") && errors.getAndDecrement() > 0) {
                throw new NoClassDefFoundError("odd");
            }
            told.add(id);
        }));
        // Then
        await().atMost(LIMIT).until(() -> told.contains("guest/plain"));
        assertThat(told).contains("guest/odd");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(state(CatalogFollower.ALARMS).refused())
                        .extracting(FollowState.Refused::id)
                        .containsExactly("guest/deep"));
    }

    @Test
    void tellsLongDocumentsAgainAndAsksForThoseThatItCannotReadAnyMore() throws Exception {
        // Given
        List<String> told = new CopyOnWriteArrayList<>();
        String longest = "x".repeat(21_000_000);
        upstream.put("guest/long", JsonObject.empty().copy().put("text", longest));
        upstream.put("guest/broken", JsonObject.empty().copy());
        follow(CatalogFollower.ALARMS, telling(told::add));
        await().atMost(LIMIT).until(() -> told.size() == 2);
        stop();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + CatalogFollower.file(folder));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update document set body='{' where id='guest/broken'");
        }
        told.clear();
        // When
        follow(CatalogFollower.ALARMS, telling(told::add));
        // Then
        await().atMost(LIMIT).until(() -> told.contains("guest/broken"));
        assertThat(told).containsExactly("guest/long", "guest/broken");
    }

    @Test
    void knocksSeldomWhenItsTokenIsRefused() {
        // Given
        follow(CatalogFollower.WHISKS, sink());
        await().atMost(LIMIT)
                .until(() -> state(CatalogFollower.WHISKS).lastContact().isPresent());
        // When
        upstream.always(401, "{\"error\":\"unauthorized\"}");
        await().atMost(LIMIT).until(() -> state(CatalogFollower.WHISKS).error().isPresent());
        int before = upstream.requests();
        // Then
        await().atMost(LIMIT).during(Duration.ofSeconds(3)).until(() -> upstream.requests() <= before + 1);
    }

    private EntitySink sink() {
        return new EntitySink(entities, kind -> true, Set.of());
    }

    private static DocumentSink telling(Consumer<String> put) {
        return new DocumentSink() {
            @Override
            public Optional<String> put(String id, CatalogDocument document) {
                put.accept(id);
                return Optional.empty();
            }

            @Override
            public void remove(String id) {}
        };
    }

    private static FollowedIdentities identities(boolean token) {
        return new FollowedIdentities(
                IdentitySource.fixed(Map.of()),
                (text, owner) -> {
                    if (!token) {
                        throw new LeanException(500, "another token");
                    }
                    return new StringBuilder(text).reverse().toString();
                },
                Set.of(),
                Optional.empty(),
                Clock.systemUTC());
    }

    private static ObjectNode sealed(String name, AuthKey key) {
        ObjectNode subject = Documents.subject(name, key.uuid().toString(), "");
        ObjectNode namespace = (ObjectNode) subject.path("namespaces").path(0);
        namespace.remove("key");
        namespace.put("sealed", new StringBuilder(key.secret()).reverse().toString());
        return subject;
    }

    private static ObjectNode attached(String name) {
        return Documents.attached("guest", name, ("let " + name).getBytes(StandardCharsets.UTF_8), false);
    }

    private @Nullable String code(String name) {
        WhiskAction action = entities.action("guest", name);
        return action == null ? null : entities.code(action);
    }

    private String written() throws IOException {
        StringBuilder all = new StringBuilder();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "follow.db*")) {
            for (Path file : files) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    private void follow(String database, DocumentSink sink) {
        following = StartedFollower.of(upstream, folder, Set.of(), Map.of(database, sink));
    }

    private void stop() {
        if (following != null) {
            following.close();
            following = null;
        }
    }

    private FollowState.Followed state(String database) {
        return Objects.requireNonNull(
                Objects.requireNonNull(following).state().databases().get(database));
    }
}
