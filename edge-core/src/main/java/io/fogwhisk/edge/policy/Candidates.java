package io.fogwhisk.edge.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a policy chooses from: all destinations of a lambda, or those of them that come into question. */
public interface Candidates {

    /** How many there are. */
    int size();

    /** One of them, in the order in which they came. */
    Destination get(int index);

    /** One that a call would tell something new about; not always the first, and at the latest after some calls. */
    @Nullable
    Destination awaited(long now);

    /** These. */
    static Candidates of(List<Destination> some) {
        return new Candidates() {
            @Override
            public int size() {
                return some.size();
            }

            @Override
            public Destination get(int index) {
                return some.get(index);
            }

            @Override
            public @Nullable Destination awaited(long now) {
                for (int i = 0; i < some.size(); i++) {
                    if (some.get(i).awaited(now)) {
                        return some.get(i);
                    }
                }
                return null;
            }
        };
    }
}
