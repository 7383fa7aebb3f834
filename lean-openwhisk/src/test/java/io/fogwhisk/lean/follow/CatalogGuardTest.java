package io.fogwhisk.lean.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.fogwhisk.wsk.model.WhiskRule;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users may change at a site that follows a catalogue. */
class CatalogGuardTest {

    @TempDir
    Path folder;

    private EntityStore entities;

    @BeforeEach
    void open() {
        entities = started();
        put(trigger("team", "own", 1));
        put(new WhiskRule(
                QualifiedName.of("team", "r"),
                SemVer.FIRST,
                false,
                List.of(),
                1,
                QualifiedName.of("team", "followed"),
                QualifiedName.of("team", "a")));
        entities.follow(change -> {
            change.put(trigger("team", "followed", 1));
            return true;
        });
    }

    @AfterEach
    void close() {
        entities.close();
    }

    @Test
    void keepsFollowedEntitiesFromBeingChangedAndDeletedAlsoAfterARestart() {
        // Given
        entities.close();
        // When
        entities = started();
        // Then
        assertThatThrownBy(() -> put(trigger("team", "followed", 2)))
                .isInstanceOfSatisfying(
                        LeanException.class, e -> assertThat(e.status()).isEqualTo(409))
                .hasMessage("/team/followed belongs to the catalogue of http://centre:5984: change it there.");
        assertThatThrownBy(() -> delete("team", "followed")).isInstanceOf(LeanException.class);
        assertThat(entities.trigger("team", "followed")).isEqualTo(trigger("team", "followed", 1));
    }

    @Test
    void letsNothingNewIntoANamespaceOfTheCatalogueButLetsItsOwnGo() {
        // Then
        assertThatThrownBy(() -> put(trigger("team", "new", 1)))
                .hasMessage("team belongs to the catalogue of http://centre:5984: change it there.");
        assertThatThrownBy(() -> put(trigger("team", "own", 2))).isInstanceOf(LeanException.class);
        assertThatThrownBy(() -> put(trigger("known", "new", 1))).isInstanceOf(LeanException.class);
        put(trigger("free", "new", 1));
        put(trigger("whisk.system", "new", 1));
        // When
        delete("team", "own");
        // Then
        assertThat(entities.trigger("team", "own")).isNull();
        assertThat(entities.trigger("free", "new")).isNotNull();
    }

    @Test
    void letsARuleOfTheSiteGoFromAFollowedTrigger() {
        // When
        entities.change(change -> {
            change.put(entities.require(WhiskTrigger.class, "team", "followed").withoutLink("team/r"));
            change.delete(entities.require(WhiskRule.class, "team", "r"));
            return true;
        });
        // Then
        assertThat(entities.rule("team", "r")).isNull();
        assertThat(entities.isFollowed(QualifiedName.of("team", "followed"))).isTrue();
    }

    @Test
    void leavesNamespacesAloneThatAreNotFollowed() {
        // Given
        entities.guard(new CatalogGuard(entities, URI.create("http://centre:5984"), Set.of("other"), name -> true));
        // When
        put(trigger("team", "new", 1));
        // Then
        assertThat(entities.trigger("team", "new")).isNotNull();
    }

    private EntityStore started() {
        EntityStore store = new EntityStore("guarded", folder.resolve("whisk.db"), Duration.ZERO);
        store.start();
        store.guard(new CatalogGuard(store, URI.create("http://centre:5984"), Set.of(), "known"::equals));
        return store;
    }

    private void put(WhiskEntity entity) {
        entities.change(change -> {
            change.put(entity);
            return true;
        });
    }

    private void delete(String namespace, String name) {
        entities.change(change -> {
            change.delete(entities.require(WhiskTrigger.class, namespace, name));
            return true;
        });
    }

    private static WhiskTrigger trigger(String namespace, String name, long updated) {
        return new WhiskTrigger(
                QualifiedName.of(namespace, name), SemVer.FIRST, false, List.of(), updated, List.of(), new TreeMap<>());
    }
}
