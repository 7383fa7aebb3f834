package io.fogwhisk.edge.sim;

import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.table.Route;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call of a client on its way. Its number is used again when it has ended. */
final class SimCall {

    /** How a hop ended. */
    enum Ending {
        /** With an answer, good or bad. */
        ANSWER,
        /** Nobody listens there. */
        UNREACHABLE,
        /** The computer vanished with the call. */
        LOST
    }

    final int number;
    long bornAt;
    boolean counts;
    int lambda;
    long workNanos;
    int computer;
    int routers;
    String retcode = Retcode.OK;
    Ending ending = Ending.ANSWER;

    @Nullable
    Hop hop;

    SimCall(int number) {
        this.number = number;
    }

    /** The last router that has it. */
    Hop hop() {
        Hop known = hop;
        if (known == null) {
            throw new IllegalStateException("the call is at no router");
        }
        return known;
    }

    /** An answer that says so. */
    void says(String text) {
        ending = Ending.ANSWER;
        retcode = text;
    }

    /** One router's share of a call. */
    static final class Hop {
        final int router;
        final @Nullable Hop caller;
        List<String> tried = List.of();
        String failure = "";
        boolean waited;
        long startedAt;

        @Nullable
        Route route;

        Hop(int router, @Nullable Hop caller) {
            this.router = router;
            this.caller = caller;
        }

        Route route() {
            Route known = route;
            if (known == null) {
                throw new IllegalStateException("an answer without a call");
            }
            return known;
        }

        void tried(String endpoint) {
            if (tried.isEmpty()) {
                tried = new ArrayList<>();
            }
            tried.add(endpoint);
        }
    }
}
