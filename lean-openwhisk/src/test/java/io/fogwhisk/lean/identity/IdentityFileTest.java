package io.fogwhisk.lean.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.lean.identity.NamespaceLimits.StoreActivations;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityFileTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final NamespaceLimits DEFAULTS =
            new NamespaceLimits(60, 30, 61, Optional.empty(), StoreActivations.ALL);

    @TempDir
    Path folder;

    @Test
    void aKeyIsItsNamespacesAndAnotherSecretIsNobodys() {
        AuthKey key = NamespaceEntry.randomKey();
        file().edit(none -> List.of(entry("rome", key)));
        try (IdentityFile file = file()) {
            file.start();

            assertThat(file.byKey(key))
                    .isEqualTo(new Identity("someone", "rome", key, DEFAULTS))
                    .isEqualTo(file.byNamespace("rome"));
            assertThat(file.byKey(new AuthKey(key.uuid(), "x".repeat(64)))).isNull();
            assertThat(file.byKey(NamespaceEntry.randomKey())).isNull();
            assertThat(file.byNamespace("paris")).isNull();
        }
    }

    @Test
    void limitsThatWereSetWinOverTheSitesAndSurvive() {
        LimitSettings limits = new LimitSettings(
                Optional.of(5),
                Optional.empty(),
                Optional.of(0),
                Optional.of(Set.of("nodejs:20", "python:3")),
                Optional.of(StoreActivations.FAILURES));
        NamespaceEntry entry = entry("rome", NamespaceEntry.randomKey()).withLimits(limits);

        file().edit(none -> List.of(entry));

        assertThat(file().entries()).containsExactly(entry);
        try (IdentityFile file = file()) {
            file.start();
            assertThat(file.byNamespace("rome"))
                    .extracting(Identity::limits)
                    .isEqualTo(new NamespaceLimits(
                            5, 30, 0, Optional.of(Set.of("nodejs:20", "python:3")), StoreActivations.FAILURES));
        }
    }

    @Test
    void noSecretIsOnTheDiskInClearAndOnlyTheOwnerReadsTheFiles() throws Exception {
        AuthKey key = NamespaceEntry.randomKey();
        file().edit(none -> List.of(entry("rome", key)));

        assertThat(Files.readString(folder.resolve("identities.json")))
                .contains(key.uuid().toString())
                .doesNotContain(key.secret());
        for (String name : List.of("identities.json", "site.key", "identities.lock")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
        assertThat(Files.size(folder.resolve("site.key"))).isEqualTo(32);
    }

    @Test
    void theSameKeyIsWrittenDifferentlyEachTime() throws Exception {
        file().edit(none -> List.of(entry("rome", AuthKey.GUEST)));
        String first = Files.readString(folder.resolve("identities.json"));
        file().edit(before -> before.stream()
                .map(each -> each.withLimits(new LimitSettings(
                        Optional.of(1), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty())))
                .toList());
        file().edit(before ->
                before.stream().map(each -> each.withLimits(LimitSettings.NONE)).toList());

        assertThat(Files.readString(folder.resolve("identities.json"))).isNotEqualTo(first);
    }

    @Test
    void aChangeByAnotherProcessHoldsSoonAndTheOldKeyIsRefused() {
        AuthKey before = NamespaceEntry.randomKey();
        AuthKey after = NamespaceEntry.randomKey();
        file().edit(none -> List.of(entry("rome", before)));
        try (IdentityFile running = file()) {
            running.start();
            file().edit(entries -> List.of(entries.get(0).withKey(after), entry("paris", NamespaceEntry.randomKey())));

            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(running.byKey(after)).isNotNull());
            assertThat(running.byKey(before)).isNull();
            assertThat(running.byNamespace("paris")).isNotNull();
        }
    }

    @Test
    void aFileThatIsBrokenWhileItRunsChangesNothingUntilItIsMended() throws Exception {
        AuthKey key = NamespaceEntry.randomKey();
        file().edit(none -> List.of(entry("rome", key)));
        Path path = folder.resolve("identities.json");
        String good = Files.readString(path);
        try (IdentityFile running = file()) {
            running.start();
            Files.writeString(path, good.substring(0, good.length() / 2));
            assertThatThrownBy(() -> file().entries())
                    .isInstanceOf(LeanException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("not valid JSON");

            Files.writeString(path, good.replace("\"rome\"", "\"Paris\""));
            await().during(Duration.ofMillis(1_200)).atMost(LIMIT).until(() -> running.byKey(key) != null);

            Files.writeString(path, good);
            file().edit(entries -> List.of(entries.get(0), entry("paris", NamespaceEntry.randomKey())));
            await().atMost(LIMIT).until(() -> running.byNamespace("paris") != null);
            assertThat(running.byKey(key)).isNotNull();
        }
    }

    @Test
    void anEncryptedKeyServesNoOtherNamespace() throws Exception {
        file().edit(none -> List.of(entry("rome", NamespaceEntry.randomKey())));
        Path path = folder.resolve("identities.json");
        Files.writeString(path, Files.readString(path).replace("\"rome\"", "\"paris\""));

        assertThatThrownBy(() -> file().entries())
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("encrypted with another key file, or was changed");
    }

    @Test
    void aMissingKeyFileIsNamedWithTheWaysOut() throws Exception {
        file().edit(none -> List.of(entry("rome", NamespaceEntry.randomKey())));
        Files.delete(folder.resolve("site.key"));

        for (Runnable use : List.<Runnable>of(
                () -> file().entries(), () -> file().start(), () -> file().edit(entries -> entries))) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(LeanException.class)
                    .hasMessageContaining("site.key is missing")
                    .hasMessageContaining("put it back");
        }
        assertThat(folder.resolve("site.key")).doesNotExist();
    }

    @Test
    void aKeyFileThatOthersMayReadIsRefused() throws Exception {
        file().edit(none -> List.of(entry("rome", NamespaceEntry.randomKey())));
        Path key = folder.resolve("site.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> file().entries())
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("chmod 600 " + key);
    }

    @Test
    void aKeyFileOfAnotherSiteIsRefused() throws Exception {
        file().edit(none -> List.of(entry("rome", NamespaceEntry.randomKey())));
        Path key = folder.resolve("site.key");
        byte[] other = Files.readAllBytes(key);
        other[0]++;
        Files.write(key, other);

        assertThatThrownBy(() -> file().entries()).hasMessageContaining("was encrypted with another key file");

        Files.write(key, new byte[] {1});
        assertThatThrownBy(() -> file().entries()).hasMessageContaining("must have 32 bytes, has 1");
    }

    @Test
    void namesAndKeysAreUnique() {
        file().edit(none -> List.of(entry("rome", AuthKey.GUEST)));

        assertThatThrownBy(() -> file().edit(before -> List.of(before.get(0), before.get(0))))
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("there is a namespace rome already");
        assertThatThrownBy(() -> file().edit(before -> List.of(before.get(0), entry("paris", AuthKey.GUEST))))
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("uuid");
        assertThat(file().entries()).hasSize(1);
    }

    @Test
    void editsAtTheSameTimeAllCount() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> edits = new ArrayList<>();
            IdentityFile shared = file();
            for (int i = 0; i < 12; i++) {
                String name = "ns-" + i;
                edits.add(threads.submit(() -> shared.edit(before -> {
                    List<NamespaceEntry> after = new ArrayList<>(before);
                    after.add(entry(name, NamespaceEntry.randomKey()));
                    return after;
                })));
            }
            for (Future<?> edit : edits) {
                edit.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(file().entries()).hasSize(12);
    }

    @Test
    void theTextFormsHideTheSecret() {
        NamespaceEntry entry = entry("rome", AuthKey.GUEST);

        assertThat(entry.toString() + entry.identity(DEFAULTS)).doesNotContain(AuthKey.GUEST.secret());
    }

    private IdentityFile file() {
        return new IdentityFile("test", folder, DEFAULTS);
    }

    private static NamespaceEntry entry(String namespace, AuthKey key) {
        return new NamespaceEntry("someone", namespace, key, LimitSettings.NONE);
    }
}
