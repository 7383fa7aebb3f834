package io.fogwhisk.lean.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.fogwhisk.wsk.model.WhiskPackage;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told of which change of the entities. */
class EntityStoreTest {

    private static final QualifiedName NAME = QualifiedName.of("guest", "one");

    @TempDir
    Path folder;

    private EntityStore entities;

    @BeforeEach
    void open() {
        entities = new EntityStore("test-entities", folder.resolve("whisk.db"), Duration.ZERO);
        entities.start();
    }

    @AfterEach
    void close() {
        entities.close();
    }

    @Test
    void tellsListenersOfANameThatStandsForAnotherKind() {
        // Given
        follow(trigger(1));
        AtomicInteger changes = new AtomicInteger();
        entities.onChange(changes::incrementAndGet);
        // When
        follow(new WhiskPackage(NAME, SemVer.FIRST, false, List.of(), 2, List.of(), Optional.empty()));
        // Then
        assertThat(changes).hasValue(1);
        assertThat(entities.triggerNames()).isEmpty();
    }

    @Test
    void tellsNobodyOfTheSameTriggerWithAnotherContent() {
        // Given
        follow(trigger(1));
        AtomicInteger changes = new AtomicInteger();
        AtomicInteger every = new AtomicInteger();
        entities.onChange(changes::incrementAndGet);
        entities.onEveryChange(every::incrementAndGet);
        // When
        follow(trigger(2));
        // Then
        assertThat(changes).hasValue(0);
        assertThat(every).hasValue(1);
    }

    private void follow(WhiskEntity entity) {
        entities.follow(change -> {
            change.put(entity);
            return true;
        });
    }

    private static WhiskTrigger trigger(long updated) {
        return new WhiskTrigger(NAME, SemVer.FIRST, false, List.of(), updated, List.of(), new TreeMap<>());
    }
}
