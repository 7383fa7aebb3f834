package io.fogwhisk.launcher.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Changes of entities and feeds at a centre that may be away, by seed, one after the other on a thread of its own. */
final class CentralChanges implements AutoCloseable {

    private static final int NAMES = 12;
    private static final int LONG_CODE = 40_000;
    private static final long PACE_MILLIS = 10;

    private final String apiHost;
    private final Random random;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(NamedThreads.single("test-changes"));
    private final AtomicInteger made = new AtomicInteger();
    private int number;

    CentralChanges(int port, long seed) {
        apiHost = "http://127.0.0.1:" + port + "/api/v1/namespaces/";
        random = new Random(seed);
        Future<?> unused = thread.scheduleWithFixedDelay(this::change, PACE_MILLIS, PACE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** How many the centre took. */
    int made() {
        return made.get();
    }

    /** Makes no more; the one under way has ended when this returns. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            assertThat(thread.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void change() {
        number++;
        try {
            if (change(number, random.nextInt(NAMES)) == 200) {
                made.incrementAndGet();
            }
        } catch (IOException e) {
            // The centre was killed: the change may or may not have been made, and the next one is tried.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int change(int number, int which) throws IOException, InterruptedException {
        return switch (random.nextInt(9)) {
            case 0 -> put("actions/a" + which, code("return {n: " + number + "};"));
            case 1 -> put("actions/a" + which, code("/*" + "x".repeat(LONG_CODE) + "*/ return {n: " + number + "};"));
            case 2 ->
                put(
                        "packages/p" + which % 3,
                        "{\"parameters\":[{\"key\":\"n\",\"value\":" + number + ".5},{\"key\":\"site\",\"value\":"
                                + "\"${site.id}\"}]}");
            case 3 -> put("actions/p" + which % 3 + "/b" + which, code("return {n: " + number + "};"));
            case 4 -> put("triggers/t" + which, "{\"parameters\":[{\"key\":\"n\",\"value\":" + number + "}]}");
            case 5 -> put("rules/r" + which, "{\"trigger\":\"/_/t" + which + "\",\"action\":\"/_/a" + which + "\"}");
            case 6 -> send("DELETE", "_/actions/" + (random.nextBoolean() ? "a" : "p" + which % 3 + "/b") + which, "");
            case 7 -> send("DELETE", "_/" + (random.nextBoolean() ? "triggers/t" : "rules/r") + which, "");
            default -> feed(number, which);
        };
    }

    /** An alarm of a trigger, which is not due while the test lasts. */
    private int feed(int number, int which) throws IOException, InterruptedException {
        return send(
                "POST",
                "whisk.system/actions/alarms/alarm?blocking=true&result=true",
                "{\"lifecycleEvent\":\"CREATE\",\"triggerName\":\"/guest/t" + which + "\",\"authKey\":\""
                        + AuthKey.GUEST.reveal() + "\",\"cron\":\"0 0 1 1 *\",\"trigger_payload\":{\"n\":" + number
                        + "}}");
    }

    private int put(String path, String body) throws IOException, InterruptedException {
        return send("PUT", "_/" + path + "?overwrite=true", body);
    }

    private int send(String method, String path, String body) throws IOException, InterruptedException {
        return TestHttp.send(method, apiHost + path, AuthKey.GUEST.basicHeader(), "application/json", body)
                .statusCode();
    }

    private static String code(String text) {
        return "{\"exec\":{\"kind\":\"nodejs:20\",\"code\":\"function main() { " + text + " }\"}}";
    }
}
