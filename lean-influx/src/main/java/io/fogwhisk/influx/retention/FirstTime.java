package io.fogwhisk.influx.retention;

import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ResultSink;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes an answer with one column of times, and remembers the earliest. */
final class FirstTime implements ResultSink {

    private Optional<Instant> time = Optional.empty();

    Optional<Instant> time() {
        return time;
    }

    @Override
    public void result(String name) {}

    @Override
    public void table(List<Column> columns, @Nullable Object[] key) {}

    @Override
    public void row(@Nullable Object[] values) {
        if (values[0] instanceof Long nanos) {
            Instant seen = Instant.ofEpochSecond(0, nanos);
            time = time.isPresent() && time.get().isBefore(seen) ? time : Optional.of(seen);
        }
    }
}
