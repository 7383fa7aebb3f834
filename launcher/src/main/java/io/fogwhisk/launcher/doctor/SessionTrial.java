package io.fogwhisk.launcher.doctor;

import io.fogwhisk.launcher.doctor.DoctorClient.Welcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Tries what happens to the messages of a session whose client is away for a moment. Used once, by one thread; a broker
 * that does not answer in time ends it with a {@link TimeoutException}, one that fails with an {@link ExecutionException}.
 */
final class SessionTrial {

    private static final long LEFT_BEHIND_SECONDS = 600;
    private static final long LIMIT_SECONDS = 15;
    private static final long PUBLISH_SECONDS = 60;
    private static final int PUBLISHED_PER_SECOND = 500;
    private static final long QUIET_SECONDS = 3;

    private final String subject;
    private final Function<String, DoctorClient> clients;
    private final int messages;
    private final String clientId;
    private final String topic;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * A trial.
     *
     * @param clients makes one with a client id, not connected
     * @param messages how many are published while the session is away
     */
    SessionTrial(String subject, Function<String, DoctorClient> clients, int messages) {
        this.subject = subject;
        this.clients = clients;
        this.messages = messages;
        String id = UUID.randomUUID().toString();
        clientId = "fogwhisk-doctor-" + id.substring(0, 8);
        topic = "fogwhisk/doctor/" + id;
    }

    /** Tries it; takes a few seconds as a rule. */
    List<Finding> findings() throws ExecutionException, InterruptedException, TimeoutException {
        if (leaveSession()) {
            comeBack(publishAndShare());
        } else {
            findings.add(Finding.note(
                    subject,
                    "refuses the subscription to " + topic + ", so that nothing more could be examined: allow"
                            + " fogwhisk/doctor/# to this user"));
        }
        return List.copyOf(findings);
    }

    /** Makes a session with a subscription and leaves; false if the broker refuses the subscription. */
    private boolean leaveSession() throws ExecutionException, InterruptedException, TimeoutException {
        DoctorClient client = clients.apply(clientId);
        get(client.connect(true, LEFT_BEHIND_SECONDS), LIMIT_SECONDS);
        boolean subscribed = false;
        try {
            subscribed = subscribed(client, topic);
        } finally {
            get(client.leave(subscribed ? LEFT_BEHIND_SECONDS : 0), LIMIT_SECONDS);
        }
        return subscribed;
    }

    /** Publishes while the session is away; the messages that the broker took. */
    private Set<String> publishAndShare() throws ExecutionException, InterruptedException, TimeoutException {
        DoctorClient client = clients.apply(clientId + "-p");
        BlockingQueue<String> shared = new ArrayBlockingQueue<>(1);
        client.onMessage((from, payload) -> {
            boolean unused = shared.offer(from);
        });
        Welcome answer = get(client.connect(true, 0), LIMIT_SECONDS);
        try {
            if (answer.limits().map(Announced::shared).orElse(true)) {
                share(client, shared);
            }
            List<CompletableFuture<Boolean>> answers = new ArrayList<>();
            for (int number = 0; number < messages; number++) {
                answers.add(client.publish(topic, String.valueOf(number).getBytes(StandardCharsets.UTF_8)));
            }
            CompletableFuture<Void> all = CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
            get(all.handle((done, failure) -> failure == null), PUBLISH_SECONDS + messages / PUBLISHED_PER_SECOND);
            Set<String> accepted = new HashSet<>();
            for (int number = 0; number < messages; number++) {
                CompletableFuture<Boolean> each = answers.get(number);
                if (!each.isCompletedExceptionally() && each.get(0, TimeUnit.SECONDS)) {
                    accepted.add(String.valueOf(number));
                }
            }
            return accepted;
        } finally {
            get(client.leave(0), LIMIT_SECONDS);
        }
    }

    /** Some brokers take a shared subscription for an ordinary one whose topic begins with a dollar sign. */
    private void share(DoctorClient client, BlockingQueue<String> arrived)
            throws ExecutionException, InterruptedException, TimeoutException {
        String own = topic + "/shared";
        if (!subscribed(client, "$share/fogwhisk-doctor/" + own)) {
            findings.add(Finding.note(subject, "refuses a shared subscription ($share) to this user"));
            return;
        }
        if (get(client.publish(own, new byte[0]), LIMIT_SECONDS)
                && arrived.poll(QUIET_SECONDS, TimeUnit.SECONDS) == null) {
            findings.add(
                    Finding.bad(
                            subject,
                            "takes a shared subscription ($share) and sends nothing to it: use plain topics, and one provider"));
        }
    }

    /** Takes what the session holds, and ends it. */
    private void comeBack(Set<String> accepted) throws ExecutionException, InterruptedException, TimeoutException {
        DoctorClient client = clients.apply(clientId);
        BlockingQueue<String> arrived = new ArrayBlockingQueue<>(4 * messages);
        client.onMessage((from, payload) -> {
            // One that does not fit comes again, which says nothing new.
            boolean unused = arrived.offer(new String(payload, StandardCharsets.UTF_8));
        });
        Welcome answer = get(client.connect(false, LEFT_BEHIND_SECONDS), LIMIT_SECONDS);
        try {
            if (!answer.sessionPresent()) {
                findings.add(Finding.bad(
                        subject,
                        "forgets the session of a client that disconnects: messages are"
                                + " lost whenever the provider is away; have it keep sessions"));
                return;
            }
            Set<String> missing = new HashSet<>(accepted);
            String next = arrived.poll(QUIET_SECONDS, TimeUnit.SECONDS);
            while (next != null && !missing.isEmpty()) {
                missing.remove(next);
                next = missing.isEmpty() ? null : arrived.poll(QUIET_SECONDS, TimeUnit.SECONDS);
            }
            findings.add(queue(accepted.size(), missing.size()));
        } finally {
            get(client.leave(0), LIMIT_SECONDS);
        }
    }

    private Finding queue(int accepted, int missing) {
        if (missing > 0) {
            int kept = accepted - missing;
            return Finding.bad(
                    subject,
                    "acknowledged " + accepted + " messages for a session that was away, and kept " + kept
                            + ": it drops what is beyond its queue without a word. The provider may be away for "
                            + Outage.covered(kept) + ". Raise the limit"
                            + " (Mosquitto: max_queued_messages 0 and max_queued_bytes 0, persistence true)");
        }
        if (accepted < messages) {
            return Finding.note(
                    subject,
                    "took " + accepted + " of " + messages + " messages for a session that was"
                            + " away, kept them all, and refused the rest openly: publishers see that and try again");
        }
        return Finding.ok(
                subject,
                "kept all of " + messages + " messages for a session that was away (" + Outage.covered(messages)
                        + "; --messages tries more)");
    }

    private static boolean subscribed(DoctorClient client, String filter)
            throws InterruptedException, TimeoutException {
        try {
            return get(client.subscribe(filter), LIMIT_SECONDS);
        } catch (ExecutionException e) {
            return false;
        }
    }

    private static <T> T get(Future<T> answer, long seconds)
            throws ExecutionException, InterruptedException, TimeoutException {
        return answer.get(seconds, TimeUnit.SECONDS);
    }
}
