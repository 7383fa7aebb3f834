package io.fogwhisk.feed.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.FeedSpec;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedDocumentsTest {

    private static final QualifiedName TRIGGER = QualifiedName.of("guest", "readings");
    private static final Instant CHANGED = Instant.ofEpochMilli(1_700_000_000_000L);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mqtt|{'url':'mqtt://u:p@h:1883','topic':'a/#'}",
                "mqtt|{'url':'mqtt://h','topics':['a','b'],'qos':2,'format':'json','include':['topic'],'batch':7,"
                        + "'batchLinger':50,'status':true,'ordered':true,'seq':'n','seqBy':'device'}",
                "alarm|{'cron':'*/5 * * * *','trigger_payload':{'a':1.5},'maxTriggers':7,'strict':true}",
                "alarm|{'cron':'0 * * * *','timezone':'Europe/Rome','startDate':1700000000000,"
                        + "'stopDate':'2100-01-01T00:00:00Z','misfire':'once','jitter':3,'exclude':['weekends'],'time':true}",
                "interval|{'minutes':3}",
                "once|{'date':'2100-01-01T00:00:00Z','deleteAfterFire':'rules'}"
            })
    void whatIsWrittenIsReadAgain(String kind, String parameters) {
        // Given
        FeedSpec spec = FeedSpec.of(kind, FollowingSite.json(parameters));
        FeedFamily family = kind.equals("mqtt") ? FeedFamily.MQTT : FeedFamily.ALARMS;

        // When
        ObjectNode document = FeedDocuments.write(TRIGGER, spec, false, CHANGED);
        FeedDocuments.Declared read = FeedDocuments.read(family, "guest/readings", document);

        // Then
        assertThat(read.trigger()).isEqualTo(TRIGGER);
        assertThat(read.active()).isFalse();
        assertThat(FeedSpec.of(read.kind(), read.parameters())).isEqualTo(spec);
        assertThat(document.toString()).doesNotContain("apikey").doesNotContain("authKey");
        assertThat(document.at("/status/active").asBoolean(true)).isFalse();
    }

    @Test
    void anAlarmHasTheFieldsOfTheAlarmsPackage() {
        // Given
        FeedSpec spec = FeedSpec.of("alarm", FollowingSite.json("{'cron':'0 * * * *','trigger_payload':{'a':1}}"));

        // When
        ObjectNode document = FeedDocuments.write(TRIGGER, spec, true, CHANGED);

        // Then
        assertThat(document)
                .isEqualTo(FollowingSite.json("{'namespace':'guest','name':'readings','cron':'0 * * * *',"
                        + "'timezone':'UTC','payload':{'a':1},'maxTriggers':-1,"
                        + "'status':{'active':true,'dateChanged':1700000000000}}"));
    }

    @Test
    void readsADocumentOfTheAlarmsPackage() {
        // Given
        String key = AuthKey.GUEST.reveal();
        ObjectNode body = FollowingSite.json("{'apikey':'" + key + "','name':'readings','namespace':'guest',"
                + "'payload':{'a':1},'maxTriggers':-1,'minutes':5,'startDate':1700000030000,'worker':'worker0',"
                + "'status':{'active':false,'dateChanged':1700000000000,"
                + "'reason':{'kind':'AUTO','statusCode':404,'message':'gone'}}}");

        // When
        FeedDocuments.Declared read = FeedDocuments.read(FeedFamily.ALARMS, key + "/guest/readings", body);

        // Then
        assertThat(read.trigger()).isEqualTo(TRIGGER);
        assertThat(read.kind()).isEqualTo("interval");
        assertThat(read.active()).isFalse();
        assertThat(read.parameters())
                .isEqualTo(FollowingSite.json(
                        "{'trigger_payload':{'a':1},'maxTriggers':-1,'minutes':5,'startDate':1700000030000}"));
    }

    @Test
    void readsADocumentOfTheMqttFeedWithoutItsKey() {
        // Given
        ObjectNode body = FollowingSite.json("{'trigger':'guest/readings','url':'mqtt://h','topic':'t',"
                + "'username':'" + AuthKey.GUEST.uuid() + "','password':'" + AuthKey.GUEST.secret() + "'}");

        // When
        FeedDocuments.Declared read = FeedDocuments.read(FeedFamily.MQTT, "guest/readings", body);

        // Then
        assertThat(read.trigger()).isEqualTo(TRIGGER);
        assertThat(read.active()).isTrue();
        assertThat(read.parameters()).isEqualTo(FollowingSite.json("{'url':'mqtt://h','topic':'t'}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"guest/readings", "a-uuid:a-secret/guest/readings", ":guest:readings", "key:guest:readings"})
    void anIdNamesTheTriggerThatNoFieldNames(String id) {
        assertThat(FeedDocuments.trigger(id, FollowingSite.json("{'cron':'* * * * *'}")))
                .isEqualTo(TRIGGER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'namespace':5,'name':'x'}|field 'namespace' must be a text, was NUMBER",
                "{'namespace':'_','name':'x'}|field 'namespace' must name a namespace",
                "{'trigger':'x'}|field 'trigger' must be namespace/name",
                "{'status':{'active':'yes'},'cron':'* * * * *'}|field 'status.active' must be true or false",
            })
    void aFieldOfAWrongFormIsNamed(String body, String message) {
        assertThatThrownBy(() -> FeedDocuments.read(FeedFamily.ALARMS, "guest/readings", FollowingSite.json(body)))
                .isInstanceOf(FeedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aFieldThatGoesTooDeepIsNamed() {
        // Given
        ObjectNode body = FollowingSite.json("{'cron':'* * * * *'}");
        ObjectNode inner = body.putObject("payload");
        for (int i = 0; i < 100_000; i++) {
            inner = inner.putObject("a");
        }

        // Then
        assertThatThrownBy(() -> FeedDocuments.read(FeedFamily.ALARMS, "guest/readings", body))
                .isInstanceOf(FeedException.class)
                .hasMessage("field 'payload' is nested deeper than 100 levels");
    }

    @Test
    void aDocumentThatNamesNoTriggerIsRefused() {
        assertThatThrownBy(() -> FeedDocuments.trigger("readings", JsonNodeFactory.instance.objectNode()))
                .isInstanceOf(FeedException.class)
                .hasMessageContaining("names no trigger");
    }
}
