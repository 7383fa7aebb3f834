package io.fogwhisk.influx.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.influx.line.FieldType;
import io.fogwhisk.influx.line.FieldValue.FloatValue;
import java.lang.ref.WeakReference;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MemoryTest {

    @Test
    void aCaptureDoesNotWaitForADeletionBeyondItsDeadline() {
        Memory memory = new Memory(StoreLimits.DEFAULT);
        memory.deletionBegan();

        Memory.View view = memory.capture(System.nanoTime());

        assertThat(memory.fits(view)).isFalse();
        memory.deletionEnded();
        assertThat(memory.fits(memory.capture(System.nanoTime()))).isTrue();
    }

    @Test
    void letsGoOfValuesThatArePackedThoughTheirColumnIsKept() {
        // Given
        Memory memory = new Memory(StoreLimits.DEFAULT);
        StoredColumn column = new StoredColumn(1, "f", FieldType.FLOAT);
        Batch batch = new Batch(1);
        batch.add(column, 1, new FloatValue(2.5));
        memory.add(batch, 1);
        memory.freeze();
        WeakReference<MemoryTable> packed = new WeakReference<>(Objects.requireNonNull(memory.frozen()));

        // When
        memory.packed(1);

        // Then
        await().untilAsserted(() -> {
            System.gc();
            assertThat(packed.get()).isNull();
        });
        assertThat(column.memory()).isNull();
    }
}
