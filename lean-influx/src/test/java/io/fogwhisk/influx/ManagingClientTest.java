package io.fogwhisk.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.domain.Authorization;
import com.influxdb.client.domain.AuthorizationUpdateRequest;
import com.influxdb.client.domain.Bucket;
import com.influxdb.client.domain.BucketRetentionRules;
import com.influxdb.client.domain.Organization;
import com.influxdb.client.domain.Permission;
import com.influxdb.client.domain.PermissionResource;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.exceptions.ForbiddenException;
import com.influxdb.exceptions.NotFoundException;
import com.influxdb.exceptions.UnauthorizedException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the official client has beside writing and reading tables. */
class ManagingClientTest {

    private static final String ALL = "from(bucket: \"measure\") |> range(start: 0)";
    private static final int MANY = 20_000;

    private RunningInflux influx;
    private InfluxDBClient client;
    private Organization org;

    @BeforeEach
    void start(@TempDir Path folder) {
        influx = new RunningInflux(folder);
        client = influx.client();
        org = client.getOrganizationsApi().findOrganizations().get(0);
    }

    @AfterEach
    void close() {
        client.close();
        influx.close();
    }

    @Test
    void makesChangesFindsAndDeletesABucket() {
        // Given
        Bucket made = client.getBucketsApi()
                .createBucket("made", new BucketRetentionRules().everySeconds(7_200), org.getId());

        // When
        made.setName("changed");
        made.setDescription("by the client");
        Bucket changed = client.getBucketsApi().updateBucket(made);

        // Then
        assertThat(changed.getName()).isEqualTo("changed");
        assertThat(client.getBucketsApi().findBucketByID(made.getId())).satisfies(found -> {
            assertThat(found.getDescription()).isEqualTo("by the client");
            assertThat(found.getRetentionRules().get(0).getEverySeconds()).isEqualTo(7_200);
        });
        assertThatThrownBy(() -> client.getBucketsApi().findBucketByName("made"))
                .isInstanceOf(NotFoundException.class);
        client.getBucketsApi().deleteBucket(made.getId());
        assertThatThrownBy(() -> client.getBucketsApi().findBucketByID(made.getId()))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void makesSwitchesOffAndDeletesAToken() {
        // Given
        Bucket bucket = client.getBucketsApi().findBucketByName("measure");
        PermissionResource resource = new PermissionResource();
        resource.setType(PermissionResource.TYPE_BUCKETS);
        resource.setId(bucket.getId());
        resource.setOrgID(org.getId());
        Authorization made = client.getAuthorizationsApi()
                .createAuthorization(
                        org,
                        List.of(new Permission()
                                .action(Permission.ActionEnum.WRITE)
                                .resource(resource)));
        try (InfluxDBClient writer =
                InfluxDBClientFactory.create(influx.url(), made.getToken().toCharArray(), "influxdata", "measure")) {
            writer.getWriteApiBlocking().writeRecord(WritePrecision.S, "m value=1 1");
            assertThatThrownBy(() -> writer.getQueryApi().query(ALL)).isInstanceOf(NotFoundException.class);

            // When
            client.getAuthorizationsApi()
                    .updateAuthorization(
                            made.getId(),
                            new AuthorizationUpdateRequest().status(AuthorizationUpdateRequest.StatusEnum.INACTIVE));

            // Then
            assertThatThrownBy(() -> writer.getWriteApiBlocking().writeRecord(WritePrecision.S, "m value=1 1"))
                    .isInstanceOf(ForbiddenException.class);
            assertThat(client.getAuthorizationsApi().findAuthorizations())
                    .extracting(Authorization::getId)
                    .contains(made.getId());
            client.getAuthorizationsApi().deleteAuthorization(made.getId());
            assertThatThrownBy(() -> writer.getWriteApiBlocking().writeRecord(WritePrecision.S, "m value=1 1"))
                    .isInstanceOf(UnauthorizedException.class);
        }
    }

    @Test
    void findsTheOrganizationByItsId() {
        assertThat(client.getOrganizationsApi()
                        .findOrganizationByID(org.getId())
                        .getName())
                .isEqualTo("influxdata");
    }

    @Test
    void deletesWhatAPredicateNames() {
        influx.write("m,a=1 value=1 1\nm,a=2 value=2 1\nn,a=1 value=3 1");
        OffsetDateTime start = OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

        client.getDeleteApi()
                .delete(start, start.plusDays(1), "_measurement=\"m\" AND a=\"1\"", "measure", "influxdata");

        assertThat(client.getQueryApi().query(ALL))
                .extracting(table -> table.getRecords().get(0).getValue())
                .containsExactlyInAnyOrder(2.0, 3.0);
    }

    @Test
    void readsRawLines() {
        influx.write("m value=1 1");

        String raw = client.getQueryApi().queryRaw(ALL + " |> keep(columns: [\"_time\", \"_value\"])");

        assertThat(raw).contains(",result,table,_time,_value", ",0,1970-01-01T00:00:01Z,1");
    }

    @Test
    void endsAStreamThatNobodyReadsAnyMore() {
        // Given
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            lines.append("m value=").append(i).append(' ').append(i).append('\n');
        }
        influx.write(lines.toString());
        AtomicInteger read = new AtomicInteger();
        AtomicInteger whole = new AtomicInteger();
        AtomicBoolean failed = new AtomicBoolean();

        // When
        client.getQueryApi()
                .query(
                        ALL,
                        (cancellable, record) -> {
                            if (read.incrementAndGet() == 10) {
                                cancellable.cancel();
                            }
                        },
                        failure -> failed.set(true),
                        () -> {});
        client.getQueryApi().query(ALL, (cancellable, record) -> whole.incrementAndGet());

        // Then
        await().until(() -> whole.get() == MANY);
        assertThat(read).hasValueLessThan(MANY);
        assertThat(failed).isFalse();
    }
}
