package io.fogwhisk.influx.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.line.FieldType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DictionaryTest {

    @Test
    void forgetsTheBucketUsedLongestAgoWhenNamesTakeTooMuchRoom() {
        // Given
        Dictionary dictionary = new Dictionary(1_000);
        dictionary.learn("first", Map.of("a".repeat(300), series("f")), Map.of());
        dictionary.learn("second", Map.of("a".repeat(300), series("f")), Map.of());
        boolean used = dictionary.series("first").containsKey("a".repeat(300));

        // When
        dictionary.learn("third", Map.of("c".repeat(300), series("f".repeat(200))), Map.of());

        // Then
        assertThat(used).isTrue();
        assertThat(dictionary.series("first")).hasSize(1);
        assertThat(dictionary.series("second")).isEmpty();
        assertThat(dictionary.series("third")).hasSize(1);
    }

    @Test
    void countsASeriesThatChangesOnce() {
        Dictionary dictionary = new Dictionary(1_000);
        for (int i = 0; i < 10; i++) {
            dictionary.learn("b", Map.of("a".repeat(400), series("f")), Map.of());
            dictionary.forget("other");
        }
        dictionary.learn("b", Map.of("c".repeat(400), series("f")), Map.of());

        assertThat(dictionary.series("b")).hasSize(2);
        dictionary.forget("b");
        dictionary.learn("c", Map.of("a".repeat(900), series("f")), Map.of());
        assertThat(dictionary.series("c")).hasSize(1);
    }

    private static KnownSeries series(String field) {
        return new KnownSeries(1, List.of(new StoredColumn(1, field, FieldType.FLOAT)));
    }
}
