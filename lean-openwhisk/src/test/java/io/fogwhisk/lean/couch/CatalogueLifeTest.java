package io.fogwhisk.lean.couch;

import static io.fogwhisk.lean.couch.ServedCatalogue.encoded;
import static io.fogwhisk.lean.couch.ServedCatalogue.trigger;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.lean.identity.LimitSettings;
import io.fogwhisk.lean.identity.NamespaceEntry;
import io.fogwhisk.lean.identity.SealedKey;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a catalogue keeps over restarts, and what each site sees of it. */
class CatalogueLifeTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    @Test
    void aRestartChangesNeitherNumbersNorRevisions() {
        String token;
        JsonNode before;
        String started;
        try (ServedCatalogue centre = new ServedCatalogue(folder)) {
            ServedCatalogue.Site rome = centre.site("rome");
            token = rome.token;
            centre.put(trigger("/guest/a", 0.1), trigger("/guest/b", 2));
            centre.action("/guest/long", "x".repeat(100_000), false);
            awaitDocuments(rome, 3);
            centre.delete(trigger("/guest/b", 2));
            awaitDocuments(rome, 2);
            before = rome.json("/whisks/_changes");
            started = rome.json("/whisks").path("instance_start_time").asText();
        }
        try (ServedCatalogue centre = new ServedCatalogue(folder)) {
            ServedCatalogue.Site rome = centre.new Site("rome", token);

            assertThat(rome.json("/whisks/_changes")).isEqualTo(before);
            assertThat(rome.json("/whisks").path("instance_start_time").asText())
                    .isNotEqualTo(started);
        }
    }

    @Test
    void whatChangedWhileTheLogWasOffIsFoundAtItsStart() {
        String token;
        String last;
        try (ServedCatalogue centre = new ServedCatalogue(folder)) {
            ServedCatalogue.Site rome = centre.site("rome");
            token = rome.token;
            centre.put(trigger("/guest/a", 1), trigger("/guest/b", 1), trigger("/guest/same", 1));
            awaitDocuments(rome, 3);
            last = rome.lastSeq("whisks");
        }
        ServedCatalogue.whileOff(folder, trigger("/guest/a", 2), trigger("/guest/b", 1));
        try (ServedCatalogue centre = new ServedCatalogue(folder)) {
            ServedCatalogue.Site rome = centre.new Site("rome", token);

            assertThat(rome.changed("whisks", last)).containsExactlyInAnyOrder("guest/a", "-guest/b");
            assertThat(rome.json("/whisks/" + encoded("guest/a")).path("_rev").asText())
                    .startsWith("2-");
        }
    }

    @Test
    void aLostLogIsAnotherOneAndItsNumbersAreStrange() throws Exception {
        String token;
        String last;
        String uuid;
        try (ServedCatalogue centre = new ServedCatalogue(folder)) {
            ServedCatalogue.Site rome = centre.site("rome");
            token = rome.token;
            centre.put(trigger("/guest/a", 1));
            awaitDocuments(rome, 1);
            last = rome.lastSeq("whisks");
            uuid = rome.json("/").path("uuid").asText();
        }
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(folder.resolve("catalog.db" + suffix));
        }
        try (ServedCatalogue centre = new ServedCatalogue(folder)) {
            ServedCatalogue.Site rome = centre.new Site("rome", token);

            assertThat(rome.json("/").path("uuid").asText()).isNotEqualTo(uuid);
            assertThat(rome.changed("whisks", last)).containsExactly("guest/a");
        }
    }

    @Test
    void aDocumentThatComesBackGoesOnWithItsRevisions() {
        try (ServedCatalogue centre = new ServedCatalogue(folder)) {
            ServedCatalogue.Site rome = centre.site("rome");
            centre.put(trigger("/guest/a", 1));
            awaitDocuments(rome, 1);
            centre.delete(trigger("/guest/a", 1));
            awaitDocuments(rome, 0);
            centre.put(trigger("/guest/a", 1));
            awaitDocuments(rome, 1);

            JsonNode document = rome.json("/whisks/" + encoded("guest/a") + "?revs=true");
            assertThat(document.path("_rev").asText()).startsWith("3-");
            assertThat(document.path("_revisions").path("ids")).hasSize(3);
            assertThat(rome.json("/whisks").path("doc_del_count").asInt()).isZero();
        }
    }

    @Test
    void aKeyOpensForTheSiteThatReadItAndForNoOther() {
        AuthKey key = NamespaceEntry.randomKey();
        try (ServedCatalogue centre = new ServedCatalogue(folder)) {
            ServedCatalogue.Site rome = centre.site("rome");
            ServedCatalogue.Site paris = centre.site("paris");
            centre.identities.edit(none -> List.of(
                    entry("anna", "farm", key),
                    entry("anna", "barn", NamespaceEntry.randomKey()),
                    entry("system", "whisk.system", NamespaceEntry.randomKey())));
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(rome.changed("subjects", "0")).containsExactly("anna"));

            String document = rome.json("/subjects/anna").toString();
            JsonNode farm = rome.json("/subjects/anna").path("namespaces").path(0);
            String owner = "farm/" + key.uuid();
            String sealed = farm.path("sealed").asText();
            assertThat(document).doesNotContain(key.secret()).contains("barn");
            assertThat(farm.path("uuid").asText()).isEqualTo(key.uuid().toString());
            assertThat(SealedKey.open(rome.token, sealed, owner)).isEqualTo(key.secret());
            assertThatThrownBy(() -> SealedKey.open(paris.token, sealed, owner))
                    .isInstanceOf(LeanException.class)
                    .hasMessageContaining("sealed for another token");
            assertThatThrownBy(() -> SealedKey.open(rome.token, sealed, "barn/" + key.uuid()))
                    .isInstanceOf(LeanException.class);
            assertThat(SealedKey.open(
                            paris.token,
                            paris.json("/subjects/anna")
                                    .path("namespaces")
                                    .path(0)
                                    .path("sealed")
                                    .asText(),
                            owner))
                    .isEqualTo(key.secret());
        }
    }

    @Test
    void aNewKeyOrLimitIsANewRevisionAndSoIsANewToken() {
        try (ServedCatalogue centre = new ServedCatalogue(folder)) {
            ServedCatalogue.Site rome = centre.site("rome");
            centre.identities.edit(none -> List.of(entry("anna", "farm", NamespaceEntry.randomKey())));
            awaitRevision(rome, "1-");

            centre.identities.edit(before -> List.of(before.get(0).withKey(NamespaceEntry.randomKey())));
            awaitRevision(rome, "2-");
            centre.identities.edit(before -> List.of(before.get(0)
                    .withLimits(new LimitSettings(
                            Optional.of(7), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()))));
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(rome.json("/subjects/" + encoded("farm/limits"))
                                    .path("invocationsPerMinute")
                                    .asInt())
                            .isEqualTo(7));
            centre.tokens.revoke("rome");
            ServedCatalogue.Site again = centre.site("rome");

            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(again.changed("subjects", "0")).contains("anna"));
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(again.json("/subjects/anna?revs=true")
                                    .path("_revisions")
                                    .path("start")
                                    .asInt())
                            .isGreaterThan(2));
        }
    }

    @Test
    void aSiteKeepsItsReportAndItsPlaceAndWritesNobodyElses() {
        String token;
        Instant begin = Instant.now();
        try (ServedCatalogue centre = new ServedCatalogue(folder)) {
            ServedCatalogue.Site rome = centre.site("rome");
            ServedCatalogue.Site paris = centre.site("paris");
            token = rome.token;
            assertThat(rome.put("/whisks/_local/fogwhisk-rome", "{\"behind\":3}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(rome.put("/whisks/_local/fogwhisk-rome", "{\"behind\":2}")
                            .statusCode())
                    .isEqualTo(409);
            assertThat(rome.put("/whisks/_local/fogwhisk-rome", "{\"_rev\":\"0-1\",\"behind\":1}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(rome.put("/whisks/_local/place", "{\"seq\":5}").statusCode())
                    .isEqualTo(201);
            assertThat(paris.put("/whisks/_local/fogwhisk-rome", "{}").statusCode())
                    .isEqualTo(403);
            assertThat(paris.put("/whisks/_local/place", "{\"seq\":9}").statusCode())
                    .isEqualTo(201);
            assertThat(paris.put("/whisks/_local/place", "[]").statusCode()).isEqualTo(400);

            JsonNode seen = paris.json("/whisks/_local_docs?include_docs=true");
            assertThat(seen.path("rows")).hasSize(2);
            assertThat(seen.path("rows").path(0).path("doc").path("behind").asInt())
                    .isEqualTo(1);
            assertThat(seen.path("rows").path(1).path("doc").path("seq").asInt())
                    .isEqualTo(9);
            assertThat(centre.log.reports()).extracting(SiteReport::site).containsExactly("rome");
        }
        SiteReport report = DocumentLog.reports(folder.resolve("catalog.db")).get(0);
        assertThat(report.body().path("behind").asInt()).isEqualTo(1);
        assertThat(report.contact()).isBetween(begin.minusMillis(1), Instant.now());
        try (ServedCatalogue centre = new ServedCatalogue(folder)) {
            ServedCatalogue.Site rome = centre.new Site("rome", token);
            assertThat(rome.json("/whisks/_local/place").path("seq").asInt()).isEqualTo(5);
            assertThat(rome.send("DELETE", "/whisks/_local/place?rev=0-1").statusCode())
                    .isEqualTo(200);
            assertThat(rome.get("/whisks/_local/place").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void reportsOfNoCatalogueAreAFaultThatNamesTheFile() {
        Path none = folder.resolve("catalog.db");

        assertThatThrownBy(() -> DocumentLog.reports(none))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(none.toString());
    }

    private static NamespaceEntry entry(String subject, String namespace, AuthKey key) {
        return new NamespaceEntry(subject, namespace, key, LimitSettings.NONE);
    }

    private static void awaitRevision(ServedCatalogue.Site site, String start) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                site.json("/subjects/anna").path("_rev").asText())
                        .startsWith(start));
    }

    private static void awaitDocuments(ServedCatalogue.Site site, int count) {
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(site.json("/whisks").path("doc_count").asInt())
                                .isEqualTo(count));
    }
}
