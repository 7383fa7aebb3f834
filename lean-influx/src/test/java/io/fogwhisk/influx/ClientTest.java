package io.fogwhisk.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.domain.Bucket;
import com.influxdb.client.domain.HealthCheck;
import com.influxdb.client.domain.Organization;
import com.influxdb.client.domain.Ready;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.write.Point;
import com.influxdb.exceptions.BadRequestException;
import com.influxdb.exceptions.NotFoundException;
import com.influxdb.exceptions.UnauthorizedException;
import com.influxdb.exceptions.UnprocessableEntityException;
import com.influxdb.query.FluxRecord;
import com.influxdb.query.FluxTable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official client for Java, unchanged, against the server. */
class ClientTest {

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123456789Z");
    private static final String LAST = "from(bucket: \"measure\") |> range(start: 2026-01-01) |> last()";

    private RunningInflux influx;
    private InfluxDBClient client;

    @BeforeEach
    void start(@TempDir Path folder) {
        influx = new RunningInflux(folder);
        client = influx.client();
    }

    @AfterEach
    void close() {
        client.close();
        influx.close();
    }

    @Test
    void writesAndReadsAPoint() {
        client.getWriteApiBlocking()
                .writePoint(Point.measurement("temperature")
                        .addTag("datacenter_id", "rome dc, 1")
                        .addTag("device_fingerprint", "1234567")
                        .addField("value", 22.5)
                        .time(TIME, WritePrecision.NS));

        List<FluxTable> tables = client.getQueryApi().query(LAST);

        FluxRecord row = tables.get(0).getRecords().get(0);
        assertThat(tables).hasSize(1);
        assertThat(row.getMeasurement()).isEqualTo("temperature");
        assertThat(row.getField()).isEqualTo("value");
        assertThat(row.getValue()).isEqualTo(22.5);
        assertThat(row.getTime()).isEqualTo(TIME);
        assertThat(row.getValueByKey("datacenter_id")).isEqualTo("rome dc, 1");
        assertThat(tables.get(0).getGroupKey())
                .extracting(column -> column.getLabel())
                .containsExactly("_start", "_stop", "_field", "_measurement", "datacenter_id", "device_fingerprint");
    }

    @Test
    void readsEveryTypeBack() {
        client.getWriteApiBlocking()
                .writePoint(Point.measurement("m")
                        .addField("a", 1.5)
                        .addField("b", -7L)
                        .addField("c", true)
                        .addField("d", "two\nlines, \"quoted\" \\")
                        .time(TIME, WritePrecision.NS));
        client.getWriteApiBlocking().writeRecord(WritePrecision.NS, "m e=18446744073709551615u 1767225600000000000");

        assertThat(client.getQueryApi().query(LAST))
                .extracting(table -> table.getRecords().get(0).getValue())
                .containsExactly(1.5, -7L, true, "two\nlines, \"quoted\" \\", -1L);
    }

    @Test
    void mergesFieldsOfOnePointAndOverwritesTheSameField() {
        client.getWriteApiBlocking()
                .writeRecords(
                        WritePrecision.S,
                        List.of("m value=1 1767225600", "m value=2,other=3i 1767225600", "m value=4 1767225600"));

        assertThat(client.getQueryApi().query(LAST))
                .extracting(table -> table.getRecords().get(0).getValue())
                .containsExactly(3L, 4.0);
    }

    @Test
    void writesGzip() {
        client.enableGzip();

        client.getWriteApiBlocking().writeRecord(WritePrecision.MS, "m value=5 1767225600001");

        assertThat(client.getQueryApi().query(LAST).get(0).getRecords().get(0).getTime())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00.001Z"));
    }

    @Test
    @SuppressWarnings("deprecation") // health() is what clients in the field still call
    void saysThatItIsHealthyAndReady() {
        assertThat(client.ping()).isTrue();
        assertThat(client.version()).isEqualTo("v2.7.0-fogwhisk");
        HealthCheck health = client.health();
        assertThat(health.getStatus()).isEqualTo(HealthCheck.StatusEnum.PASS);
        assertThat(health.getName()).isEqualTo("influxdb");
        assertThat(client.ready().getStatus()).isEqualTo(Ready.StatusEnum.READY);
    }

    @Test
    void listsOrganisationAndBuckets() {
        Organization org = client.getOrganizationsApi().findOrganizations().get(0);
        List<Bucket> buckets = client.getBucketsApi().findBuckets();

        assertThat(org.getName()).isEqualTo(RunningInflux.ORG);
        assertThat(buckets).extracting(Bucket::getName).containsExactly("measure", "aggregates");
        assertThat(buckets).extracting(Bucket::getOrgID).containsOnly(org.getId());
        assertThat(client.getBucketsApi().findBucketByName("aggregates").getId())
                .isEqualTo(buckets.get(1).getId())
                .hasSize(16);
    }

    @Test
    void writesToIdsAsToNames() {
        Bucket bucket = client.getBucketsApi().findBucketByName("measure");

        client.getWriteApiBlocking()
                .writeRecord(bucket.getId(), bucket.getOrgID(), WritePrecision.S, "m value=6 1767225600");

        assertThat(client.getQueryApi().query(LAST).get(0).getRecords().get(0).getValue())
                .isEqualTo(6.0);
    }

    @Test
    void failsAsTheClientExpects() {
        InfluxDBClient stranger =
                InfluxDBClientFactory.create(influx.url(), "wrong".toCharArray(), "influxdata", "measure");
        try (stranger) {
            assertThatThrownBy(() -> stranger.getWriteApiBlocking().writeRecord(WritePrecision.S, "m value=1 1"))
                    .isInstanceOf(UnauthorizedException.class)
                    .hasMessageContaining("unauthorized access");
        }
        assertThatThrownBy(() ->
                        client.getWriteApiBlocking().writeRecord("none", "influxdata", WritePrecision.S, "m value=1 1"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("bucket \"none\" not found");
        assertThatThrownBy(() -> client.getWriteApiBlocking().writeRecord(WritePrecision.S, "m value=1 1\nm x"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("line 2: unable to parse 'm x'");
        assertThatThrownBy(() -> client.getWriteApiBlocking().writeRecord(WritePrecision.S, "m value=1i 1"))
                .isInstanceOf(UnprocessableEntityException.class)
                .hasMessageContaining("field type conflict");
        assertThatThrownBy(() -> client.getQueryApi().query("from(bucket: \"measure\")\n  |> pivot()"))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("@2:6");
    }
}
