package io.fogwhisk.lean.identity;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts wrong keys per remote address, so that a client that goes on with one, by mistake or by guessing, is told to
 * slow down. It never keeps a valid key out: whoever has one passes, whatever others behind the same address do.
 *
 * <p>Memory: the last ten thousand addresses; of an IPv6 address the network half counts, as one machine has the rest.
 * Thread-safe.
 */
public final class FailedLogins {

    private static final Logger LOG = LoggerFactory.getLogger(FailedLogins.class);
    private static final int ALLOWED = 20;
    private static final long WINDOW_MILLIS = Duration.ofMinutes(1).toMillis();
    private static final int MAX_ADDRESSES = 10_000;
    private static final int IPV6_BYTES = 16;

    private final Clock clock;
    private final Map<String, Count> counts = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    /** Nobody has failed yet. */
    public FailedLogins(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /**
     * Counts a wrong key.
     *
     * @param address of the client
     * @return 0 while its failures are few, otherwise in how many seconds they are forgotten, 1 to 60
     */
    public int failed(String address) {
        String network = network(address);
        long now = clock.millis();
        Count count;
        synchronized (counts) {
            Count before = counts.get(network);
            count = before == null || now - before.since() >= WINDOW_MILLIS || now < before.since()
                    ? new Count(now, 1)
                    : new Count(before.since(), before.failures() + 1);
            counts.put(network, count);
        }
        if (count.failures() <= ALLOWED) {
            return 0;
        }
        if (count.failures() == ALLOWED + 1) {
            LOG.atWarn().addKeyValue("address", address).log("too many failed log-ins");
        }
        return (int) Math.max(1, (count.since() + WINDOW_MILLIS - now + 999) / 1_000);
    }

    private static String network(String address) {
        int colon = address.indexOf(':');
        if (colon < 0) {
            return address;
        }
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return bytes.length == IPV6_BYTES ? Arrays.toString(Arrays.copyOf(bytes, IPV6_BYTES / 2)) : address;
        } catch (UnknownHostException e) {
            return address;
        }
    }

    private record Count(long since, int failures) {}
}
