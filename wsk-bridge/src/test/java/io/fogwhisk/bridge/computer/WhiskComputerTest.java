package io.fogwhisk.bridge.computer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.bridge.BridgedSite;
import io.fogwhisk.bridge.wire.Envelope;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.AuthKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What callers see who know nothing of us: they send no metadata. */
class WhiskComputerTest {

    private final BridgedSite site = new BridgedSite(false);

    @BeforeEach
    void entities() {
        site.whisk.addTrigger("/guest/reading");
        site.whisk.addAction("/guest/text", params -> params.put("payload", "say \"hi\""));
        site.whisk.addAction("/guest/object", params -> params.put("value", 1));
        site.whisk.addAction("/guest/broken", params -> params.put("error", "no"));
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void givesAForeignCallerThePayloadWithTheKeyOfTheSite() {
        // Given
        WhiskComputer computer = site.computer(Optional.of(AuthKey.GUEST));

        // When
        LambdaResult result = call(computer, LambdaCall.of("/guest/text", "{\"a\":1}"));

        // Then
        assertThat(result)
                .isInstanceOfSatisfying(
                        LambdaResult.Done.class,
                        done -> assertThat(done.output()).isEqualTo("say \"hi\""));
        assertThat(site.whisk.calls).singleElement().satisfies(call -> {
            assertThat(call.key()).isEqualTo(AuthKey.GUEST);
            assertThat(call.input().text()).isEqualTo("{\"a\":1}");
        });
    }

    @Test
    void tellsAForeignCallerInItsOwnWordsWhatWentWrong() {
        WhiskComputer computer = site.computer(Optional.of(AuthKey.GUEST));

        assertThat(call(computer, LambdaCall.of("/guest/object", "")))
                .isInstanceOfSatisfying(
                        LambdaResult.Failed.class,
                        failed -> assertThat(failed.retcode()).isEqualTo("unexpected body: payload field missing"));
        assertThat(call(computer, LambdaCall.of("/guest/broken", "")))
                .isInstanceOfSatisfying(
                        LambdaResult.Failed.class,
                        failed -> assertThat(failed.retcode()).isEqualTo("unexpected HTTP response: 502"));
        assertThat(call(computer, LambdaCall.of("/guest/nope", "")))
                .isInstanceOfSatisfying(
                        LambdaResult.Failed.class,
                        failed -> assertThat(failed.retcode()).isEqualTo("unexpected HTTP response: 404"));
        assertThat(call(computer, LambdaCall.of("/guest/text", "[1]")))
                .isInstanceOfSatisfying(
                        LambdaResult.Failed.class,
                        failed -> assertThat(failed.retcode()).isEqualTo("unexpected HTTP response: 400"));
    }

    @Test
    void refusesACallerWithoutAKeyWhenThereIsNoneForSuch() {
        // Given
        WhiskComputer computer = site.computer(Optional.empty());

        // When
        LambdaResult action = call(computer, LambdaCall.of("/guest/text", ""));
        LambdaResult trigger = call(computer, LambdaCall.of("trigger:/guest/reading", ""));

        // Then
        assertThat(((LambdaResult.Failed) action).retcode()).isEqualTo("unexpected HTTP response: 401");
        assertThat(Envelope.read(((LambdaResult.Done) trigger).output()))
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected -> assertThat(rejected.statusCode()).isEqualTo(401));
        assertThat(site.whisk.calls).isEmpty();
    }

    @Test
    void refusesAKeyThatIsNoneEvenIfThereIsOneForCallersWithout() {
        WhiskComputer computer = site.computer(Optional.of(AuthKey.GUEST));

        LambdaResult result =
                call(computer, LambdaCall.of("trigger:/guest/reading", "").authorizedBy("Basic nonsense"));

        assertThat(Envelope.read(((LambdaResult.Done) result).output()))
                .isEqualTo(new Outcome.Rejected(401, "The supplied authentication is invalid"));
        assertThat(site.whisk.calls).isEmpty();
    }

    @Test
    void firesTriggersForForeignCallersThroughTheRouter() {
        // Given
        site.computer(Optional.of(AuthKey.GUEST));
        site.awaitLambda("trigger:/guest/reading");

        // When
        LambdaResult result = call(site.router.endpoint(), LambdaCall.of("trigger:/guest/reading", "{}"));

        // Then
        assertThat(Envelope.read(((LambdaResult.Done) result).output())).isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void refusesALambdaThatIsNoEntity() {
        WhiskComputer computer = site.computer(Optional.of(AuthKey.GUEST));

        assertThat(call(computer, LambdaCall.of("/a/b/c/d", ""))).isInstanceOf(LambdaResult.Failed.class);
    }

    private LambdaResult call(WhiskComputer computer, LambdaCall call) {
        return call(computer.endpoint(), call);
    }

    private LambdaResult call(String endpoint, LambdaCall call) {
        return new EdgeClient(site.transport())
                .call(endpoint, call, Duration.ofSeconds(20))
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
