package io.fogwhisk.lean.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteTokensTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void aTokenIsItsSitesFromTheStartOnAndEndsWhenRevoked() {
        String rome = tokens().add("rome");
        try (SiteTokens tokens = tokens()) {
            tokens.start();
            String paris = tokens.add("paris");

            assertThat(tokens.siteOf(rome)).hasValue("rome");
            assertThat(tokens.siteOf(paris)).hasValue("paris");
            assertThat(tokens.siteOf("fwt_other")).isEmpty();
            assertThat(tokens.entries())
                    .containsExactly(new SiteToken("rome", Optional.of(NOW)), new SiteToken("paris", Optional.of(NOW)));
            tokens.revoke("rome");
            assertThat(tokens.siteOf(rome)).isEmpty();
            assertThat(tokens.sealingKey("rome")).isEmpty();
        }
    }

    @Test
    void aSiteOfTheConfigurationIsAdmittedAndCannotBeRevoked() {
        String old = tokens().add("rome");
        try (SiteTokens tokens = new SiteTokens(
                "test",
                folder,
                Map.of("rome", "fwt_rome-configured", "oslo", "fwt_oslo-configured"),
                Clock.systemUTC())) {
            tokens.start();

            assertThat(tokens.siteOf("fwt_oslo-configured")).hasValue("oslo");
            assertThat(tokens.siteOf("fwt_rome-configured")).hasValue("rome");
            assertThat(tokens.siteOf(old)).isEmpty();
            assertThat(tokens.sealingKey("oslo")).hasValue(SealedKey.derive("fwt_oslo-configured"));
            assertThat(tokens.entries())
                    .extracting(SiteToken::site, SiteToken::created)
                    .containsExactlyInAnyOrder(tuple("rome", Optional.empty()), tuple("oslo", Optional.empty()));
            assertThatThrownBy(() -> tokens.revoke("oslo")).hasMessageContaining("catalog.sites");
            assertThatThrownBy(() -> tokens.add("oslo")).hasMessageContaining("already");
        }
        try (SiteTokens later = tokens()) {
            later.start();
            assertThat(later.siteOf("fwt_oslo-configured")).isEmpty();
            assertThat(later.siteOf(old)).hasValue("rome");
        }
    }

    @Test
    void revokingASiteOfTheConfigurationEndsTheTokenThatItHadBefore() {
        String old = tokens().add("rome");
        try (SiteTokens tokens =
                new SiteTokens("test", folder, Map.of("rome", "fwt_rome-configured"), Clock.systemUTC())) {
            tokens.start();

            assertThatThrownBy(() -> tokens.revoke("rome")).hasMessageContaining("catalog.sites");
            assertThat(tokens.siteOf("fwt_rome-configured")).hasValue("rome");
        }
        try (SiteTokens later = tokens()) {
            later.start();
            assertThat(later.siteOf(old)).isEmpty();
        }
    }

    @Test
    void aChangeByAnotherProcessHoldsSoonAndIsTold() {
        AtomicInteger told = new AtomicInteger();
        try (SiteTokens running = tokens()) {
            running.start();
            String before = running.fingerprint();
            running.onChange(told::incrementAndGet);
            String rome = tokens().add("rome");

            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(running.siteOf(rome)).hasValue("rome"));
            assertThat(running.fingerprint()).isNotEqualTo(before);
            await().atMost(LIMIT).until(() -> told.get() > 0);
            tokens().revoke("rome");
            await().atMost(LIMIT).until(() -> running.siteOf(rome).isEmpty());
        }
    }

    @Test
    void neitherATokenNorItsSealingKeyIsOnTheDiskAndOnlyTheOwnerReadsTheFile() throws Exception {
        String token = tokens().add("rome");

        String text = Files.readString(folder.resolve("sites.json"));
        assertThat(token).matches("fwt_[A-Za-z0-9_-]{43}");
        assertThat(text)
                .contains("rome")
                .doesNotContain(token)
                .doesNotContain(HexFormat.of().formatHex(SealedKey.derive(token)));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("sites.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatTheCentreSealsTheTokenOpens() {
        String token = tokens().add("rome");
        try (SiteTokens tokens = tokens()) {
            tokens.start();
            byte[] key = tokens.sealingKey("rome").orElseThrow();

            String sealed = SealedKey.seal(key, "secret", "farm/1");

            assertThat(SealedKey.open(token, sealed, "farm/1")).isEqualTo("secret");
            assertThat(SealedKey.seal(key, "secret", "farm/1")).isNotEqualTo(sealed);
        }
    }

    @Test
    void theSameSiteHasOneTokenOnlyAndAStrangerCannotBeRevoked() {
        tokens().add("rome");

        assertThatThrownBy(() -> tokens().add("rome"))
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("the site rome has a token already");
        assertThatThrownBy(() -> tokens().revoke("paris"))
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("no site paris");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "-a", "a:b", "_a"})
    void anIdThatCouldBeMistakenIsNone(String id) {
        assertThatThrownBy(() -> tokens().add(id))
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("'" + id + "'");
    }

    @Test
    void theKeyFileOfTheIdentitiesIsNeverMadeAnew() throws Exception {
        IdentityFile identities = new IdentityFile("test", folder, NamespaceLimits.DEFAULT);
        identities.edit(none -> List.of(new NamespaceEntry("anna", "farm", AuthKey.GUEST, LimitSettings.NONE)));
        byte[] key = Files.readAllBytes(folder.resolve("site.key"));
        tokens().add("rome");
        assertThat(Files.readAllBytes(folder.resolve("site.key"))).isEqualTo(key);

        tokens().revoke("rome");
        Files.delete(folder.resolve("site.key"));

        assertThatThrownBy(() -> tokens().add("paris"))
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("site.key");
        assertThat(Files.exists(folder.resolve("site.key"))).isFalse();
    }

    @Test
    void aFileThatIsNoneIsNamedWithWhatIsWrong() throws Exception {
        tokens().add("rome");
        Path file = folder.resolve("sites.json");
        String good = Files.readString(file);

        for (String bad : List.of("{", "{\"version\":2,\"sites\":[]}", good.replace("rome", "paris"))) {
            Files.writeString(file, bad);
            assertThatThrownBy(() -> tokens().entries())
                    .isInstanceOf(LeanException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    private SiteTokens tokens() {
        return new SiteTokens("test", folder, Clock.fixed(NOW, ZoneOffset.UTC));
    }
}
