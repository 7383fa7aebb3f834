package io.fogwhisk.feed.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.PayloadFormat.Batch;
import io.fogwhisk.feed.registry.PayloadFormat.Body;
import io.fogwhisk.feed.registry.PayloadFormat.Detail;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MqttSpecTest {

    @Test
    void whatTheFirstFeedsTookMeansWhatItMeantThere() {
        MqttSpec spec = spec("'url':'http://test:test@broker:1883','topic':'test'");

        assertThat(spec)
                .isEqualTo(MqttSpec.of(Broker.parse("mqtt://test:test@broker:1883"), TopicFilter.parse("test"), 1));
    }

    @Test
    void readsEveryParameterAlsoAsTheTextThatACommandLineMakesOfIt() {
        MqttSpec spec = spec("'url':'mqtt://broker','topics':['a/+','$share/g/b','a/+'],'qos':'2','format':'json',"
                + "'include':'topic,time','batch':'500','batchBytes':100000,'batchLinger':20,'status':'true',"
                + "'ordered':true,'seq':'n','seqBy':'device'");

        assertThat(spec)
                .isEqualTo(new MqttSpec(
                        Broker.tcp("broker", 1883),
                        List.of(TopicFilter.parse("a/+"), TopicFilter.parse("$share/g/b")),
                        2,
                        new PayloadFormat(
                                Body.JSON,
                                Set.of(Detail.TOPIC, Detail.TIME),
                                Optional.of(new Batch(500, 100_000, Duration.ofMillis(20))),
                                true),
                        true,
                        Optional.of(new SequenceSpec("n", Optional.of("device")))));
        assertThat(MqttSpec.of(spec.toJson())).isEqualTo(spec);
    }

    @Test
    void oneMessagePerFireIsABatchOfOne() {
        assertThat(spec("'url':'mqtt://broker','topic':'a','batch':1").format().batch())
                .isEmpty();
        assertThat(spec("'url':'mqtt://broker','topic':'a','include':['all']")
                        .format()
                        .details())
                .hasSize(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'qos':3 | qos must be 0, 1 or 2, was 3",
                "'topics':'a,b' | topics must be a list such as [\"dc/1\",\"dc/2\"], was \"a,b\"",
                "'qos':'high' | qos must be 0, 1 or 2, was \"high\"",
                "'format':'xml' | format must be text, json or base64, was 'xml'",
                "'include':'topic,colour' | include must be all, or some of topic, qos, retain, properties and time, was 'colour'",
                "'batch':0 | batch must be 1 to 10000, was 0",
                "'batch':'many' | batch must be a whole number, was \"many\"",
                "'batchBytes':2000000 | batchBytes must be 1 to 1000000, was 2000000",
                "'status':'yes' | status must be true or false, was 'yes'",
                "'ordered':{} | ordered must be a text, was {}",
                "'seqBy':'device' | seqBy 'device' needs seq, the field that holds the number",
                "'seq':' ' | seq must name a field, in 1 to 256 characters, was ' '"
            },
            quoteCharacter = '`')
    void namesTheParameterThatIsWrong(String parameter, String message) {
        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> spec("'url':'mqtt://broker','topic':'a'," + parameter))
                .withMessage(message);
    }

    private static MqttSpec spec(String members) {
        return MqttSpec.of(
                JsonObject.parse("{" + members.replace('\'', '"') + "}").copy());
    }
}
