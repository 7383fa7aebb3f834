package io.fogwhisk.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.launcher.demo.SensorReading.Measurement;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoTest {

    @Test
    void aReadingIsThePayloadOfTheSensorBoardsPlusATimestamp() throws Exception {
        SensorReading reading = SensorReading.at(7, 1_700_000_000_123L);

        JsonNode json = new ObjectMapper().readTree(reading.payload(3));

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "humidity", "temperature", "gas_perc", "device_fingerprint", "datacenter_id", "timestamp");
        assertThat(json.path("timestamp").longValue()).isEqualTo(1_700_000_000_123L);
        assertThat(json.path("temperature").doubleValue()).isEqualTo(reading.value(Measurement.TEMPERATURE));
        assertThat(json.path("datacenter_id").intValue()).isEqualTo(3);
    }

    @Test
    void whatIsMissingOrWrongInTheDatabaseIsNotFound() {
        SensorReading whole = SensorReading.at(1, 1_000);
        SensorReading partial = SensorReading.at(1, 2_000);
        SensorReading wrong = SensorReading.at(1, 3_000);
        StoredPoints points = new StoredPoints();
        for (Measurement measurement : Measurement.values()) {
            points.add(key(measurement, whole), whole.value(measurement));
            points.add(key(measurement, wrong), wrong.value(measurement) + 1);
        }
        points.add(key(Measurement.GAS, partial), partial.gas());

        assertThat(points.found(List.of(whole, partial, wrong))).isEqualTo(1);
        assertThat(points.complete()).isEqualTo(1);
        assertThat(points.duplicates()).isZero();
    }

    @Test
    void aSecondPointOfTheSameIdentityIsADuplicate() {
        SensorReading reading = SensorReading.at(1, 1_000);
        StoredPoints points = new StoredPoints();
        points.add(key(Measurement.GAS, reading), reading.gas());
        points.add(key(Measurement.GAS, reading), reading.gas());

        assertThat(points.duplicates()).isEqualTo(1);
    }

    @Test
    void theLedgerPromisesOnlyWhatWasAcknowledged() {
        Ledger ledger = new Ledger();
        ledger.published();
        ledger.published();
        ledger.published();
        ledger.acknowledged(1, 1_000);
        ledger.failed();

        assertThat(ledger.acknowledgedReadings()).containsExactly(SensorReading.at(1, 1_000));
        assertThat(ledger.outstanding()).isEqualTo(1);
    }

    @Test
    void aResultIsKeptOnlyWhenEveryPromiseIs() {
        assertThat(new SiteResult("dc-1", 10, 10, 10, 0, 0, 3, 3).kept()).isTrue();
        assertThat(new SiteResult("dc-1", 10, 10, 9, 1, 0, 3, 3).kept()).isFalse();
        assertThat(new SiteResult("dc-1", 10, 10, 10, 0, 1, 3, 3).kept()).isFalse();
        assertThat(new SiteResult("dc-1", 10, 10, 10, 0, 0, 3, 2).kept()).isFalse();
        assertThat(new SiteResult("dc-1", 0, 0, 0, 0, 0, 0, 0).kept())
                .as("a demo that did nothing proves nothing")
                .isFalse();
    }

    @Test
    void sensorsAreSharedOutAmongTheSites() {
        DemoPlan plan = new DemoPlan(3, 8, 100, Optional.empty());

        assertThat(List.of(plan.sensorsOf(1), plan.sensorsOf(2), plan.sensorsOf(3)))
                .containsExactly(3, 3, 2);
    }

    @Test
    void aRateBeyondWhatTimestampsCanTellApartIsRefused() {
        assertThatThrownBy(() -> new Sensors.Plan("dc-1", 1, "127.0.0.1", 1883, "test", 2, 2_001))
                .hasMessageContaining("rate must be more than 0 and at most 1000 per sensor");
    }

    @Test
    void elsewhereThanOnATerminalTheScreenPrintsPlainLines() {
        StringWriter out = new StringWriter();
        DemoScreen screen = new DemoScreen(new PrintWriter(out), false);

        screen.show(1, List.of(new SiteProgress("dc-1", 50, 49, 48, 47, 3)));

        assertThat(out.toString())
                .isEqualTo("   1s dc-1     published 50 (+50) acknowledged 49 fired 48 stored 47 (+47) aggregates at"
                        + " central 3" + System.lineSeparator());
    }

    private static StoredPoints.Key key(Measurement measurement, SensorReading reading) {
        return new StoredPoints.Key(measurement, reading.device(), reading.timestamp());
    }
}
