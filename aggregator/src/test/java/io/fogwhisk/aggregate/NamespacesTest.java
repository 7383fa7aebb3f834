package io.fogwhisk.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.outbox.Backlogged;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What namespaces of one site cannot do to each other. */
class NamespacesTest {

    private static final String CENTRAL = "{\"window\":\"1h\",\"central_name\":\"central\",\"job\":\"hourly\"";

    @TempDir
    private Path folder;

    @Test
    void leadsNothingAwayThatWaitsForTheNameOfAnother() throws Exception {
        try (SiteFixture site = new SiteFixture(folder);
                HttpInflux elsewhere = new HttpInflux()) {
            // Given: aggregates of the guest that wait for its centre
            site.add("1", 50, "2026-03-01T09:10:00Z");
            site.central.down();
            assertThat(site.aggregate(CENTRAL + "}").path("points").asInt()).isPositive();

            // When
            site.namespace = "other";
            int points = site.aggregate(CENTRAL + ",\"central_url\":\"" + elsewhere.url() + "\"}")
                    .path("points")
                    .asInt();

            // Then: it gets its own, by a job of its own
            assertThat(points).isPositive();
            await().untilAsserted(
                            () -> assertThat(elsewhere.points("aggregates")).hasSize(points));
            assertThat(site.aggregator.backlog())
                    .filteredOn(each -> each.name().equals("guest/central"))
                    .singleElement()
                    .satisfies(each -> assertThat(each.bucket().url()).isEqualTo(site.central.url()))
                    .satisfies(each -> assertThat(each.entries()).isPositive());
            assertThat(site.aggregator.backlog()).extracting(Backlogged::name).contains("other/central");
        }
    }

    @Test
    void holdsUpNoReadingsAndNoAggregatesOfAnotherByATokenThatIsWrong() throws Exception {
        try (SiteFixture site = new SiteFixture(folder)) {
            // Given: a reading of another namespace that waits for the same bucket
            site.local.refuseToken("wrong");
            site.namespace = "other";
            ObjectNode params = site.parameters();
            params.put("influx_token", "wrong").put("humidity", 50);
            params.put("datacenter_id", "1").put("device_fingerprint", 7);
            assertThat(site.call("addReadingToDb", params).has("queued")).isTrue();
            await().untilAsserted(() -> assertThat(site.aggregator.backlog())
                    .singleElement()
                    .satisfies(each -> assertThat(each.failure()).isPresent()));

            // When
            site.namespace = "guest";
            ObjectNode stored = site.add("1", 50, "2026-03-01T09:10:00Z");
            site.aggregate("{\"window\":\"1h\"}");
            site.clock.advance(Duration.ofHours(10));

            // Then: the windows that were computed are done
            assertThat(stored.path("points").intValue()).isEqualTo(1);
            assertThat(site.aggregate("{\"window\":\"1h\"}").path("windows").intValue())
                    .isEqualTo(10);
        }
    }
}
