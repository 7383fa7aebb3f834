package io.fogwhisk.influx.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.MovableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {

    private static final String TOKEN = "the-operator's-token";

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private Catalog catalog;

    @BeforeEach
    void open() {
        catalog = open("acme", ConfiguredBucket.named("measure"));
    }

    @Test
    void aRestartForgetsNothing() {
        // Given
        catalog.createBucket("b", "of mine", Duration.ofDays(3), Optional.of(Duration.ofHours(2)));
        NewToken reader = catalog.createAuthorization("reads", true, List.of(readAll()));
        catalog.changeAuthorization(reader.authorization().id(), Optional.of("reads b"), Optional.of(false));
        catalog.progress("rule", clock.instant());

        // When
        Catalog again = open("acme", ConfiguredBucket.named("measure"));

        // Then
        assertThat(again.organization()).isEqualTo(catalog.organization());
        assertThat(again.buckets()).isEqualTo(catalog.buckets()).hasSize(2);
        assertThat(again.authorizations()).isEqualTo(catalog.authorizations()).hasSize(2);
        assertThat(again.byToken(reader.token()))
                .contains(catalog.authorizations().get(1));
        assertThat(again.progress("rule")).contains(clock.instant());
        assertThat(again.progress("other")).isEmpty();
    }

    @Test
    void aRenamedBucketKeepsItsKeyAndAnotherMayTakeItsName() {
        // Given
        Bucket measure = catalog.bucketNamed("measure").orElseThrow();

        // When
        Bucket renamed = catalog.changeBucket(
                measure.id(), Optional.of("old"), Optional.empty(), Optional.empty(), Optional.empty());
        Catalog again = open("acme", ConfiguredBucket.named("measure"));

        // Then
        assertThat(renamed.key()).isEqualTo(measure.key());
        assertThat(again.bucketNamed("old")).contains(renamed);
        assertThat(again.bucketNamed("measure"))
                .hasValueSatisfying(bucket -> assertThat(bucket.key()).isNotEqualTo(measure.key()));
    }

    @Test
    void aConfiguredRetentionWinsAndAnUnsaidOneStays() {
        // Given
        Bucket measure = catalog.bucketNamed("measure").orElseThrow();
        catalog.changeBucket(
                measure.id(), Optional.empty(), Optional.empty(), Optional.of(Duration.ofDays(9)), Optional.empty());

        // When
        Catalog unsaid = open("acme", ConfiguredBucket.named("measure"));
        Catalog said = open("acme", new ConfiguredBucket("measure", Optional.of(Duration.ofHours(5))));

        // Then
        assertThat(unsaid.bucketNamed("measure")).map(Bucket::retention).contains(Duration.ofDays(9));
        assertThat(said.bucketNamed("measure")).map(Bucket::retention).contains(Duration.ofHours(5));
        assertThat(said.bucketNamed("measure")).map(Bucket::shard).contains(Duration.ofHours(1));
    }

    @Test
    void aDeletedBucketIsRememberedUntilItsPointsAreGone() {
        // Given
        Bucket bucket = catalog.createBucket("b", "", Duration.ZERO, Optional.empty());

        // When
        catalog.deleteBucket(bucket.id());

        // Then
        assertThat(catalog.bucketNamed("b")).isEmpty();
        assertThat(open("acme").dropped()).containsExactly(bucket.key());
        catalog.forgetDropped(bucket.key());
        assertThat(open("acme").dropped()).isEmpty();
    }

    @Test
    void aConfiguredBucketThatWasDeletedComesBackWithoutItsPoints() {
        // Given
        Bucket before = catalog.bucketNamed("measure").orElseThrow();
        catalog.deleteBucket(before.id());

        // When
        Catalog again = open("acme", ConfiguredBucket.named("measure"));

        // Then
        assertThat(again.bucketNamed("measure")).map(Bucket::key).isPresent().isNotEqualTo(Optional.of(before.key()));
    }

    @Test
    void keepsNoToken() throws IOException {
        // When
        NewToken made = catalog.createAuthorization("", true, List.of(readAll()));

        // Then
        StringBuilder everything = new StringBuilder(catalog.authorizations().toString() + made);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                everything.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(everything.toString()).contains(made.authorization().id()).doesNotContain(made.token(), TOKEN);
    }

    @Test
    void onlyTheConfiguredTokenIsTheOperatorAfterItChanged() {
        // When
        Catalog again = new Catalog(folder.resolve("influx.db"), "acme", List.of(), "another token", List.of(), clock);
        again.start();

        // Then
        assertThat(again.byToken(TOKEN)).isEmpty();
        assertThat(again.byToken("another token")).hasValueSatisfying(operator -> {
            assertThat(again.configured(operator)).isTrue();
            assertThat(operator.allows(new Permission(
                            Action.WRITE,
                            Resource.all(Resource.BUCKETS, again.organization().id()))))
                    .isTrue();
        });
        String operator = again.authorizations().get(0).id();
        assertThatThrownBy(() -> again.deleteAuthorization(operator)).hasMessageContaining("configured");
    }

    @Test
    void aConfiguredTokenOpensItsBucketAloneAndGoesWithItsConfiguration() {
        // When
        Catalog again = open(List.of(
                new ConfiguredToken("dc-1", "token of dc-1", "measure"),
                new ConfiguredToken("dc-2", "token of dc-2", "measure")));
        Bucket other = again.createBucket("other", "", Duration.ZERO, Optional.empty());

        // Then
        Bucket measure = again.bucketNamed("measure").orElseThrow();
        Authorization first = again.byToken("token of dc-1").orElseThrow();
        assertThat(first.writes(measure, again.organization())).isTrue();
        assertThat(first.reads(measure, again.organization())).isTrue();
        assertThat(first.writes(other, again.organization())).isFalse();
        assertThat(again.configured(first)).isTrue();
        assertThatThrownBy(() -> again.changeAuthorization(first.id(), Optional.empty(), Optional.of(false)))
                .hasMessageContaining("configured");

        // When
        Catalog later = open(List.of(new ConfiguredToken("dc-2", "a new one", "measure")));

        // Then
        assertThat(later.byToken("token of dc-1")).isEmpty();
        assertThat(later.byToken("token of dc-2")).isEmpty();
        assertThat(later.byToken("a new one").orElseThrow().writes(measure, later.organization()))
                .isTrue();
    }

    @Test
    void aConfiguredTokenThatIsMadeByHandTooKeepsWhatIsConfigured() {
        // Given
        NewToken made = catalog.createAuthorization("", true, List.of(readAll()));

        // When
        Catalog again = open(List.of(new ConfiguredToken("dc-1", made.token(), "measure")));

        // Then
        assertThat(again.byToken(made.token()).map(Authorization::description)).contains("configured: dc-1");
        assertThat(again.authorizations()).hasSize(2);
    }

    @Test
    void aConfiguredTokenForABucketThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> open(List.of(new ConfiguredToken("dc-1", "token", "absent"))))
                .isInstanceOf(InfluxException.class)
                .hasMessageContaining("dc-1")
                .hasMessageContaining("absent");
    }

    @Test
    void namesOfBucketsAreUniqueAndFollowInfluxDbsRules() {
        assertThatThrownBy(() -> catalog.createBucket("measure", "", Duration.ZERO, Optional.empty()))
                .isInstanceOf(InfluxException.class)
                .hasMessage("bucket with name measure already exists");
        assertThatThrownBy(() -> catalog.createBucket("_mine", "", Duration.ZERO, Optional.empty()))
                .hasMessage("bucket name _mine is invalid. Buckets may not start with underscore");
        assertThatThrownBy(() -> catalog.createBucket(" ", "", Duration.ZERO, Optional.empty()))
                .hasMessageContaining("must not be empty");
        assertThatThrownBy(() -> catalog.deleteBucket("0000000000000001")).hasMessage("bucket not found");
    }

    @Test
    void aPermissionForOneBucketIsNoneForAnother() {
        String org = catalog.organization().id();
        Permission one = new Permission(Action.READ, Resource.one(Resource.BUCKETS, "00000000000000aa", org));
        Permission other = new Permission(Action.READ, Resource.one(Resource.BUCKETS, "00000000000000bb", org));
        Permission all = new Permission(Action.READ, Resource.all(Resource.BUCKETS, org));
        Permission write = new Permission(Action.WRITE, Resource.one(Resource.BUCKETS, "00000000000000aa", org));

        assertThat(one.allows(one)).isTrue();
        assertThat(one.allows(other)).isFalse();
        assertThat(one.allows(all)).isFalse();
        assertThat(one.allows(write)).isFalse();
        assertThat(all.allows(other)).isTrue();
        assertThat(one).hasToString("read:orgs/" + org + "/buckets/00000000000000aa");
    }

    private Permission readAll() {
        return new Permission(
                Action.READ,
                Resource.all(Resource.BUCKETS, catalog.organization().id()));
    }

    private Catalog open(List<ConfiguredToken> tokens) {
        Catalog opened = new Catalog(
                folder.resolve("influx.db"), "acme", List.of(ConfiguredBucket.named("measure")), TOKEN, tokens, clock);
        opened.start();
        return opened;
    }

    private Catalog open(String org, ConfiguredBucket... buckets) {
        Catalog opened = new Catalog(folder.resolve("influx.db"), org, List.of(buckets), TOKEN, List.of(), clock);
        opened.start();
        return opened;
    }
}
