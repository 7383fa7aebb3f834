package io.fogwhisk.launcher.edge;

import io.fogwhisk.edge.client.Arrivals;
import io.fogwhisk.edge.client.Bursts;
import io.fogwhisk.edge.client.OnOffPeriods;
import io.fogwhisk.edge.client.Pauses;
import io.fogwhisk.edge.client.ThinkTimes;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When a client sends its requests. */
final class ArrivalOptions {

    /** The processes of requests that come in batches. */
    enum ClientType {
        ipp,
        poisson
    }

    /** The processes of requests that come one by one. */
    enum InterRequestType {
        constant,
        uniform,
        poisson
    }

    @Option(
            names = "--inter-request-time",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "mean time from an answer to the next request (default ${DEFAULT-VALUE})")
    private double interRequestTime;

    @Option(
            names = "--inter-request-type",
            defaultValue = "constant",
            description = "one of ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
    private InterRequestType interRequestType = InterRequestType.constant;

    @Option(
            names = "--client-type",
            description = "requests in batches: ipp, ON and OFF periods, or poisson, bursts; without it one by one")
    private @Nullable ClientType clientType;

    @Option(
            names = "--on-mean",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "ipp: mean length of ON periods (default ${DEFAULT-VALUE})")
    private double onMean;

    @Option(
            names = "--off-mean",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "ipp: mean length of OFF periods (default ${DEFAULT-VALUE})")
    private double offMean;

    @Option(
            names = "--period-mean",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "poisson: mean time from one burst to the next (default ${DEFAULT-VALUE})")
    private double periodMean;

    @Option(
            names = "--burst-size-mean",
            paramLabel = "REQUESTS",
            defaultValue = "5",
            description = "poisson: mean number of requests in a burst (default ${DEFAULT-VALUE})")
    private double burstSizeMean;

    @Option(
            names = "--min-sleep",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "shortest time between requests of a batch (default ${DEFAULT-VALUE})")
    private double minSleep;

    @Option(
            names = "--max-sleep",
            paramLabel = "SECONDS",
            defaultValue = "0.1",
            description = "longest time between requests of a batch (default ${DEFAULT-VALUE})")
    private double maxSleep;

    boolean inBatches() {
        return clientType != null;
    }

    /** A process at its start; the same randomness gives the same one. */
    Arrivals open(RandomGenerator random) {
        ClientType type = clientType;
        if (type == null) {
            ThinkTimes.Spread spread =
                    ThinkTimes.Spread.valueOf(interRequestType.name().toUpperCase(Locale.ROOT));
            return new ThinkTimes(spread, interRequestTime, random);
        }
        Pauses pauses = new Pauses(minSleep, maxSleep);
        return type == ClientType.ipp
                ? new OnOffPeriods(onMean, offMean, pauses, random)
                : new Bursts(periodMean, burstSizeMean, pauses, random);
    }
}
