package io.fogwhisk.lean.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.DocumentSink;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskPackage;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a site makes of a catalogue, whichever server serves it. */
abstract class FollowerContract {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final Set<String> kinds = ConcurrentHashMap.newKeySet();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private UpstreamCatalog upstream;
    private EntityStore entities;
    private CatalogFollower follower;

    /** A catalogue with empty databases {@code whisks} and {@code subjects}. */
    abstract UpstreamCatalog upstream(Path data);

    @BeforeEach
    void open() {
        kinds.add("nodejs:20");
        upstream = upstream(folder.resolve("upstream"));
        startSite();
    }

    @AfterEach
    void close() {
        stopSite();
        upstream.close();
    }

    @Test
    void copiesEverythingThatIsThere() {
        // Given
        stopSite();
        byte[] archive = new byte[100_000];
        new Random(1).nextBytes(archive);
        String source = "function main() { return {text: 'äöü\uD83D\uDE00'} } // ".repeat(2_000);
        upstream.put("whisks", "guest/short", Documents.action("guest", "short", "let a"));
        upstream.put("whisks", "guest/inlined", Documents.inlined("guest", "inlined", "let b = 'ü?>'"));
        upstream.put("whisks", "guest/zip", Documents.attached("guest", "zip", archive, true));
        upstream.put(
                "whisks",
                "guest/pkg/long",
                Documents.attached("guest/pkg", "long", source.getBytes(StandardCharsets.UTF_8), false));
        upstream.put("whisks", "guest/pkg", Documents.entity("package", "guest", "pkg"));
        upstream.put("whisks", "guest/t", Documents.trigger("guest", "t", "r", "short"));
        upstream.put("whisks", "guest/r", Documents.rule("guest", "r", "t", "short"));
        upstream.put("whisks", "whisk.system/utils", Documents.entity("package", "whisk.system", "utils"));
        // When
        startSite();
        // Then
        await().atMost(LIMIT).until(() -> behindNothing() && entities.rule("guest", "r") != null);
        assertThat(code("guest", "short")).isEqualTo("let a");
        assertThat(code("guest", "inlined")).isEqualTo("let b = 'ü?>'");
        assertThat(code("guest", "zip")).isEqualTo(Base64.getEncoder().encodeToString(archive));
        assertThat(code("guest/pkg", "long")).isEqualTo(source);
        assertThat(entities.packageOf("guest", "pkg")).isNotNull();
        assertThat(entities.all(WhiskTrigger.class))
                .singleElement()
                .satisfies(trigger -> assertThat(trigger.hasActiveRule()).isTrue());
        assertThat(entities.packageOf("whisk.system", "utils")).isNull();
    }

    @Test
    void takesUpdatesAndDeletionsAsTheyCome() {
        // Given
        upstream.put("whisks", "guest/a", Documents.action("guest", "a", "let one"));
        await().atMost(LIMIT).until(() -> "let one".equals(code("guest", "a")));
        // When
        upstream.put(
                "whisks",
                "guest/a",
                Documents.attached("guest", "a", "let two".repeat(5_000).getBytes(StandardCharsets.UTF_8), false));
        // Then
        await().atMost(LIMIT).until(() -> "let two".repeat(5_000).equals(code("guest", "a")));
        // When
        upstream.delete("whisks", "guest/a");
        upstream.put("whisks", "guest/renamed", Documents.action("guest", "renamed", "let two"));
        // Then
        await().atMost(LIMIT).until(() -> code("guest", "a") == null && "let two".equals(code("guest", "renamed")));
    }

    @Test
    void reportsWhatItCannotRunAndGoesOnAndTakesItWhenItCan() {
        // Given
        upstream.put("whisks", "guest/swift", Documents.action("guest", "swift", "let first"));
        await().atMost(LIMIT).until(() -> "let first".equals(code("guest", "swift")));
        // When
        upstream.put("whisks", "guest/swift", Documents.action("guest", "swift", "swift:5", "let x"));
        upstream.put("whisks", "guest/after", Documents.action("guest", "after", "let y"));
        // Then
        await().atMost(LIMIT).until(() -> "let y".equals(code("guest", "after")));
        assertThat(code("guest", "swift")).isEqualTo("let first");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(refusals())
                        .containsExactly("guest/swift: this site cannot run actions of kind 'swift:5'"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(upstream.report("site-1")).hasValueSatisfying(report -> {
                    assertThat(report.path("refused").path("count").asInt()).isEqualTo(1);
                    assertThat(report.path("refused")
                                    .path("first")
                                    .path(0)
                                    .path("id")
                                    .asText())
                            .isEqualTo("guest/swift");
                    assertThat(report.path("outbox").asInt()).isEqualTo(7);
                }));
        // When
        stopSite();
        kinds.add("swift:5");
        startSite();
        // Then
        await().atMost(LIMIT).until(() -> "let x".equals(code("guest", "swift")));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(refusals()).isEmpty());
    }

    @Test
    void leavesAloneWhatWasMadeAtTheSiteUntilItIsDeleted() {
        // Given
        WhiskPackage own = new WhiskPackage(
                QualifiedName.of("guest", "mine"), SemVer.FIRST, false, List.of(), 1, List.of(), Optional.empty());
        entities.change(change -> {
            change.put(own);
            return true;
        });
        // When
        upstream.put("whisks", "guest/mine", Documents.action("guest", "mine", "let centre"));
        upstream.put("whisks", "guest/other", Documents.action("guest", "other", "let other"));
        // Then
        await().atMost(LIMIT).until(() -> "let other".equals(code("guest", "other")));
        assertThat(entities.packageOf("guest", "mine")).isEqualTo(own);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(refusals())
                        .containsExactly("guest/mine: a package /guest/mine was made at this site;"
                                + " delete it there and the centre's comes"));
        // When
        entities.change(change -> {
            change.delete(own);
            return true;
        });
        follower.retry();
        // Then
        await().atMost(LIMIT).until(() -> "let centre".equals(code("guest", "mine")));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(refusals()).isEmpty());
    }

    @Test
    void becomesEqualToADatabaseThatTookThePlaceOfAnother() {
        // Given
        for (String name : List.of("a", "b", "c")) {
            upstream.put("whisks", "guest/" + name, Documents.action("guest", name, "let before"));
        }
        await().atMost(LIMIT).until(() -> entities.all(WhiskAction.class).size() == 3);
        // When
        upstream.drop("whisks");
        upstream.create("whisks");
        upstream.put("whisks", "guest/b", Documents.action("guest", "b", "let after"));
        // Then
        await().atMost(LIMIT).until(() -> "let after".equals(code("guest", "b")) && code("guest", "a") == null);
        assertThat(entities.all(WhiskAction.class)).hasSize(1);
    }

    @Test
    void becomesEqualToADatabaseThatHasAsManyChangesAsTheOneBefore() {
        // Given
        upstream.put("whisks", "guest/a", Documents.action("guest", "a", "let before"));
        await().atMost(LIMIT).until(() -> "let before".equals(code("guest", "a")));
        stopSite();
        // When
        upstream.drop("whisks");
        upstream.create("whisks");
        upstream.put("whisks", "guest/z", Documents.action("guest", "z", "let after"));
        startSite();
        // Then
        await().atMost(LIMIT).until(() -> "let after".equals(code("guest", "z")) && code("guest", "a") == null);
    }

    @Test
    void keepsItsCopyWhileTheCatalogueOrItsDatabaseIsAway() {
        // Given
        upstream.put("whisks", "guest/a", Documents.action("guest", "a", "let a"));
        await().atMost(LIMIT).until(() -> "let a".equals(code("guest", "a")));
        // When
        upstream.drop("whisks");
        // Then
        await().atMost(LIMIT).untilAsserted(() -> assertThat(error()).contains("does not have /whisks"));
        assertThat(code("guest", "a")).isEqualTo("let a");
        // When
        upstream.create("whisks");
        upstream.put("whisks", "guest/a", Documents.action("guest", "a", "let a"));
        await().atMost(LIMIT).until(() -> error().isEmpty());
        upstream.stop();
        stopSite();
        startSite();
        // Then
        await().atMost(LIMIT).untilAsserted(() -> assertThat(error()).contains("cannot be reached"));
        assertThat(code("guest", "a")).isEqualTo("let a");
        // When
        upstream.start();
        upstream.put("whisks", "guest/b", Documents.action("guest", "b", "let b"));
        // Then
        await().atMost(LIMIT).until(() -> "let b".equals(code("guest", "b")));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(error()).isEmpty());
    }

    @Test
    void tellsOtherSinksAgainAtEachStartAndEachRevisionOnce() {
        // Given
        upstream.put("subjects", "one", Documents.subject("one", "u", "k"));
        upstream.put("subjects", "bad", Documents.subject("bad", "u", "k"));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(told).contains("put one", "put bad"));
        upstream.put("whisks", "guest/a", Documents.action("guest", "a", "let a"));
        await().atMost(LIMIT).until(() -> "let a".equals(code("guest", "a")));
        assertThat(told).containsOnlyOnce("put one");
        stopSite();
        upstream.stop();
        told.clear();
        // When
        startSite();
        // Then
        assertThat(told.get(0)).isEqualTo("put one");
        // When
        upstream.start();
        upstream.delete("subjects", "one");
        // Then
        await().atMost(LIMIT).untilAsserted(() -> assertThat(told).contains("remove one"));
        assertThat(told).containsOnlyOnce("put one");
    }

    @Test
    void goesOnAfterDocumentsThatNobodyCanRead() {
        // Given
        ObjectNode deep = Documents.action("guest", "deep", "let deep");
        ObjectNode level = deep;
        // As deep as a document may be; in a list of documents it is deeper.
        for (int i = 0; i < 997; i++) {
            level = level.putObject("n");
        }
        ObjectNode wrong = Documents.action("guest", "wrong", "let wrong");
        wrong.putObject("parameters").put("a", 1);
        // When
        upstream.put("whisks", "guest/deep", deep);
        upstream.put("whisks", "guest/wrong", wrong);
        upstream.put("whisks", "guest/nonsense", JsonObject.empty().copy().put("entityType", 7));
        upstream.put("whisks", "_design/views", JsonObject.empty().copy().put("language", "javascript"));
        upstream.put("whisks", "guest/after", Documents.action("guest", "after", "let after"));
        // Then
        await().atMost(LIMIT).until(() -> "let after".equals(code("guest", "after")));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(refusals())
                        .hasSize(3)
                        .anySatisfy(each -> assertThat(each).startsWith("guest/deep: it cannot be read"))
                        .anySatisfy(each -> assertThat(each).startsWith("guest/wrong: this action cannot be read"))
                        .anySatisfy(each -> assertThat(each).startsWith("guest/nonsense: this")));
    }

    @Test
    void appliesAgainWhatItForgotThatItApplied() throws IOException {
        // Given
        upstream.put("whisks", "guest/a", Documents.action("guest", "a", "let a"));
        upstream.put("whisks", "guest/b", Documents.action("guest", "b", "let b"));
        await().atMost(LIMIT).until(() -> "let b".equals(code("guest", "b")));
        stopSite();
        Path before = Files.copy(folder.resolve("follow.db"), folder.resolve("before.db"));
        startSite();
        upstream.delete("whisks", "guest/a");
        upstream.put("whisks", "guest/b", Documents.action("guest", "b", "let b2"));
        upstream.put("whisks", "guest/c", Documents.action("guest", "c", "let c"));
        await().atMost(LIMIT).until(() -> "let c".equals(code("guest", "c")));
        // When
        stopSite();
        Files.move(before, folder.resolve("follow.db"), StandardCopyOption.REPLACE_EXISTING);
        upstream.delete("whisks", "guest/c");
        startSite();
        // Then
        await().atMost(LIMIT).until(() -> code("guest", "c") == null && code("guest", "a") == null);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(code("guest", "b")).isEqualTo("let b2"));
        assertThat(refusals()).isEmpty();
    }

    @Test
    void keepsNumbersExact() {
        // Given
        BigDecimal exact = new BigDecimal("0.123456789012345678");
        ObjectNode document = Documents.entity("trigger", "guest", "t");
        document.withArray("/parameters").addObject().put("key", "n").put("value", 3);
        // When
        upstream.put("whisks", "guest/t", document);
        await().atMost(LIMIT).until(() -> entities.trigger("guest", "t") != null);
        entities.follow(change -> {
            change.put(entityWith(exact));
            return true;
        });
        stopSite();
        startSite();
        // Then
        assertThat(entities.require(WhiskPackage.class, "guest", "exact").parameters())
                .extracting(parameter -> parameter.value().decimalValue())
                .containsExactly(exact);
    }

    private static WhiskPackage entityWith(BigDecimal number) {
        return new WhiskPackage(
                QualifiedName.of("guest", "exact"),
                SemVer.FIRST,
                false,
                List.of(),
                1,
                List.of(new KeyValue("n", JsonNodeFactory.instance.numberNode(number))),
                Optional.empty());
    }

    private void startSite() {
        entities = new EntityStore("site-1-entities", folder.resolve("whisk.db"), Duration.ZERO);
        entities.start();
        DocumentSink subjects = new DocumentSink() {
            @Override
            public Optional<String> put(String id, CatalogDocument document) {
                told.add("put " + id);
                return id.equals("bad") ? Optional.of("a bad one") : Optional.empty();
            }

            @Override
            public void remove(String id) {
                told.add("remove " + id);
            }
        };
        follower = StartedFollower.of(
                upstream.url(),
                upstream.user(),
                upstream.password(),
                folder,
                Set.of(),
                Map.of(
                        CatalogFollower.WHISKS,
                        new EntitySink(entities, kinds::contains, Set.of()),
                        CatalogFollower.SUBJECTS,
                        subjects));
    }

    private void stopSite() {
        follower.close();
        entities.close();
    }

    private @Nullable String code(String path, String name) {
        WhiskAction action = entities.action(path, name);
        try {
            return action == null ? null : entities.code(action);
        } catch (LeanException e) {
            // Changed since the line before.
            return null;
        }
    }

    private FollowState.Followed whisks() {
        return Objects.requireNonNull(follower.state().databases().get(CatalogFollower.WHISKS));
    }

    private boolean behindNothing() {
        return whisks().revision().isPresent() && whisks().behind() == 0;
    }

    private String error() {
        return whisks().error().orElse("");
    }

    private List<String> refusals() {
        return whisks().refused().stream()
                .map(each -> each.id() + ": " + each.reason())
                .toList();
    }
}
