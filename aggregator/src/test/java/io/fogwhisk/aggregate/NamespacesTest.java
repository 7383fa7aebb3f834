package io.fogwhisk.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.aggregate.outbox.Backlogged;
import java.nio.file.Path;
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
}
