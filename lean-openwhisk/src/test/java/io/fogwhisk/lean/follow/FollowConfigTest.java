package io.fogwhisk.lean.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.wsk.WskException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be said of a catalogue to follow. */
class FollowConfigTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"ftp://centre", "centre:5984", "http://me:secret@centre:5984", "http://centre/?a=b"})
    void refusesAnUrlThatIsNoneOrHoldsASecret(String url) {
        // Then
        assertThatThrownBy(() -> config(url, Optional.empty()))
                .isInstanceOf(WskException.class)
                .hasMessageContaining("http(s)://host:port")
                .hasMessageNotContaining("secret");
    }

    @Test
    void hidesThePasswordAndKnowsTheNamesOfDatabases() {
        // When
        FollowConfig config = config("http://centre:5984", Optional.empty());
        // Then
        assertThat(config.toString()).contains("http://centre:5984").doesNotContain("secret");
        assertThat(config.database("whisks")).isEqualTo("local_whisks");
        assertThat(config.database("subjects")).isEqualTo("subjects");
    }

    @Test
    void namesTheFileOfAnAuthorityThatHoldsNoCertificate() throws Exception {
        // Given
        Path file = Files.writeString(folder.resolve("ca.pem"), "nothing");
        // When
        CatalogFollower follower = new CatalogFollower(
                config("https://centre:5984", Optional.of(file)),
                Map.of(),
                () -> Documents.entity("", "", ""),
                null,
                Clock.systemUTC());
        // Then
        assertThatThrownBy(follower::start).isInstanceOf(WskException.class).hasMessageContaining(file.toString());
        follower.close();
    }

    private FollowConfig config(String url, Optional<Path> authority) {
        return new FollowConfig(
                "site-1",
                URI.create(url),
                Optional.of("site-1"),
                Optional.of("secret"),
                Map.of("whisks", "local_whisks"),
                folder,
                Set.of(),
                Optional.empty(),
                authority,
                Duration.ofSeconds(1));
    }
}
