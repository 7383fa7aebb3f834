package io.fogwhisk.bridge.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.bridge.InMemoryOpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {

    static Stream<Outcome> outcomes() {
        QualifiedName action = QualifiedName.parse("/guest/pkg/echo");
        return Stream.of(
                new Outcome.Accepted(Optional.of(InMemoryOpenWhisk.ID)),
                new Outcome.Accepted(Optional.empty()),
                new Outcome.Completed(InMemoryOpenWhisk.activation(
                        action, JsonNodeFactory.instance.objectNode().put("say", "\"hi\" \u00e9\n"))),
                new Outcome.Completed(InMemoryOpenWhisk.activation(
                        action, JsonNodeFactory.instance.objectNode().put("error", "no"))),
                new Outcome.Rejected(404, "The requested resource does not exist."),
                new Outcome.Unavailable("the queue is \"full\""));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void bringsEveryOutcomeBackAsItWas(Outcome outcome) {
        String envelope = Envelope.write(outcome);

        assertThat(Envelope.holds(envelope)).isTrue();
        assertThat(Envelope.read(envelope)).isEqualTo(outcome);
    }

    @Test
    void writesStatusCodeAndBodyOfTheRestApi() {
        assertThat(Envelope.write(new Outcome.Accepted(Optional.of(InMemoryOpenWhisk.ID))))
                .isEqualTo("{\"fogwhisk\":1,\"statusCode\":202,"
                        + "\"body\":{\"activationId\":\"4c40ab47cebc448180ab47cebcc48173\"}}");
        assertThat(Envelope.write(new Outcome.Rejected(404, "gone")))
                .isEqualTo("{\"fogwhisk\":1,\"statusCode\":404,\"body\":{\"error\":\"gone\"}}");
    }

    @Test
    void readsAnEnvelopeInAnotherOrderOfFields() {
        assertThat(Envelope.read("{\"statusCode\": 202, \"fogwhisk\": 1, \"body\": {\"activationId\": \""
                        + InMemoryOpenWhisk.ID + "\"}}"))
                .isEqualTo(new Outcome.Accepted(Optional.of(InMemoryOpenWhisk.ID)));
    }

    @ParameterizedTest
    @CsvSource({
        "400,true",
        "401,true",
        "404,true",
        "408,false",
        "409,false",
        "413,true",
        "429,false",
        "500,false",
        "503,false"
    })
    void tellsWhetherTryingAgainCanHelp(int statusCode, boolean rejected) {
        Outcome outcome = Envelope.failure(statusCode, "why");

        int kept = statusCode == 408 || statusCode == 409 ? 503 : statusCode;
        assertThat(outcome)
                .isEqualTo(rejected ? new Outcome.Rejected(statusCode, "why") : new Outcome.Unavailable(kept, "why"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "{\"statusCode\":200,\"body\":\"a web page\"}", ""})
    void takesNoOutputOfAnActionForAnEnvelope(String output) {
        assertThat(Envelope.holds(output)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"fogwhisk\":1,",
                "{\"fogwhisk\":1,\"statusCode\":202,\"body\":{\"activationId\":\"xyz\"}}",
                "{\"fogwhisk\":1,\"statusCode\":200,\"body\":{\"activationId\":\"4c40ab47cebc448180ab47cebcc48173\","
                        + "\"response\":{\"status\":\"odd\"}}}"
            })
    void refusesABrokenEnvelope(String output) {
        assertThatThrownBy(() -> Envelope.read(output)).isInstanceOf(WskException.class);
    }

    @Test
    void tellsTriggersFromActionsByTheirLambda() {
        assertThat(LambdaName.parse("trigger:/guest/t"))
                .isEqualTo(new LambdaName(LambdaName.Kind.TRIGGER, QualifiedName.of("guest", "t")));
        assertThat(LambdaName.parse("/guest/pkg/a"))
                .isEqualTo(new LambdaName(LambdaName.Kind.ACTION, QualifiedName.of("guest", "pkg", "a")));
        assertThat(LambdaName.parse("trigger:/guest/t").toString()).isEqualTo(LambdaName.ofTrigger("guest", "t"));
        assertThat(LambdaName.parse("/guest/pkg/a").toString())
                .isEqualTo(LambdaName.ofAction("guest", Optional.of("pkg"), "a"));
        assertThatThrownBy(() -> LambdaName.parse("trigger:/guest/pkg/t")).isInstanceOf(WskException.class);
    }
}
