package io.fogwhisk.lean.follow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.identity.NamespaceEntry;
import io.fogwhisk.lean.identity.NamespaceLimits;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.EntityListing;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose keys are good where a catalogue has subjects and the site has its own. */
class FollowedIdentitiesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final AuthKey local = NamespaceEntry.randomKey();
    private final AuthKey central = NamespaceEntry.randomKey();
    private Optional<Instant> contact = Optional.of(NOW);
    private final FollowedIdentities identities = identities(Set.of());

    @Test
    void knowsKeysOfTheCatalogueAndOfTheSite() {
        // When
        put("alice", subject("alice", central));
        // Then
        assertThat(identities.byKey(central)).extracting(Identity::namespace).isEqualTo("alice");
        assertThat(identities.byNamespace("alice")).extracting(Identity::key).isEqualTo(central);
        assertThat(identities.byKey(local)).extracting(Identity::namespace).isEqualTo("guest");
        assertThat(identities.byKey(new AuthKey(central.uuid(), "x".repeat(64))))
                .isNull();
        assertThat(identities.isFollowed("alice")).isTrue();
        assertThat(identities.isFollowed("guest")).isFalse();
    }

    @Test
    void endsARevokedKeyAndTheSitesOwnOfTheSameNamespace() {
        // Given
        put("guest", subject("guest", central));
        AuthKey next = NamespaceEntry.randomKey();
        // When
        put("guest", subject("guest", next));
        // Then
        assertThat(identities.byKey(central)).isNull();
        assertThat(identities.byKey(local)).isNull();
        assertThat(identities.byKey(next)).isNotNull();
        // When
        identities.remove("guest");
        // Then
        assertThat(identities.byKey(next)).isNull();
        assertThat(identities.byKey(local)).isNotNull();
    }

    @Test
    void opensKeysThatAreSealedForThisSite() {
        // Given
        ObjectNode sealed = subject("alice", central);
        ((ObjectNode) sealed.path("namespaces").path(0))
                .put("sealed", "sealed:" + central.secret())
                .remove("key");
        ObjectNode foreign = sealed.deepCopy();
        ((ObjectNode) foreign.path("namespaces").path(0)).put("sealed", "other");
        // When
        Optional<String> refusal = put("alice", sealed);
        Optional<String> second = put("alice", foreign);
        // Then
        assertThat(refusal).isEmpty();
        assertThat(second).hasValueSatisfying(why -> assertThat(why).contains("sealed for another site"));
        assertThat(identities.byKey(central)).isNotNull();
    }

    @Test
    void keepsBlockedSubjectsOut() {
        // When
        put("alice", subject("alice", central).put("blocked", true));
        // Then
        assertThat(identities.byKey(central)).isNull();
        assertThat(identities.byNamespace("alice")).isNull();
        assertThat(identities.isFollowed("alice")).isTrue();
    }

    @Test
    void limitsANamespaceAsTheCatalogueSays() {
        // Given
        put("alice", subject("alice", central));
        // When
        put("alice/limits", json("""
                {"invocationsPerMinute": 3, "allowedKinds": ["nodejs:20"], "storeActivations": false}
                """));
        // Then
        assertThat(identities.byKey(central)).extracting(Identity::limits).satisfies(limits -> {
            assertThat(limits.invocationsPerMinute()).isEqualTo(3);
            assertThat(limits.firesPerMinute()).isEqualTo(NamespaceLimits.DEFAULT.firesPerMinute());
            assertThat(limits.allowedKinds()).contains(Set.of("nodejs:20"));
            assertThat(limits.storeActivations()).isEqualTo(NamespaceLimits.StoreActivations.NONE);
        });
        // When
        identities.remove("alice/limits");
        // Then
        assertThat(identities.byKey(central)).extracting(Identity::limits).isEqualTo(NamespaceLimits.DEFAULT);
    }

    @Test
    void letsNobodyLogInWithAFollowedKeyLongAfterTheLastContact() {
        // Given
        put("alice", subject("alice", central));
        contact = Optional.of(NOW.minus(Duration.ofHours(1)));
        assertThat(identities.login(central)).isNotNull();
        // When
        contact = Optional.of(NOW.minus(Duration.ofHours(1)).minusMillis(1));
        // Then
        assertThat(identities.login(central)).isNull();
        assertThat(identities.login(local)).isNotNull();
        assertThat(identities.byKey(central)).isNotNull();
        // When
        contact = Optional.empty();
        // Then
        assertThat(identities.login(central)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"subject\": 7}",
                "{\"subject\": \"a\", \"namespaces\": {}}",
                "{\"subject\": \"a\", \"namespaces\": [1]}",
                "{\"subject\": \"a\", \"namespaces\": [{\"name\": \"a/b\", \"uuid\": \"u\", \"key\": \"k\"}]}",
                "{\"subject\": \"a\", \"namespaces\": [{\"name\": \"a\", \"uuid\": \"u\", \"key\": \"k\"}]}",
                "{\"subject\": \"a\", \"blocked\": \"yes\", \"namespaces\": []}"
            })
    void refusesASubjectThatIsNoneAndKeepsTheOneBefore(String text) {
        // Given
        put("alice", subject("alice", central));
        // When
        Optional<String> refusal = put("alice", json(text));
        // Then
        assertThat(refusal).hasValueSatisfying(why -> assertThat(why).startsWith("this identity cannot be used: "));
        assertThat(identities.byKey(central)).isNotNull();
    }

    @Test
    void refusesTheSystemsNamespace() {
        // When
        Optional<String> subject = put("whisk.system", subject("whisk.system", central));
        Optional<String> limits = put("whisk.system/limits", json("{\"firesPerMinute\": 0}"));
        // Then
        assertThat(subject).hasValueSatisfying(why -> assertThat(why).contains("every site's own"));
        assertThat(limits).hasValueSatisfying(why -> assertThat(why).contains("every site's own"));
        assertThat(identities.byKey(central)).isNull();
    }

    @Test
    void passesOverNamespacesThatAreNotFollowed() {
        // Given
        FollowedIdentities some = identities(Set.of("bob"));
        // When
        some.put("alice", CatalogDocument.of(subject("alice", central)));
        // Then
        assertThat(some.byKey(central)).isNull();
        assertThat(some.isFollowed("alice")).isFalse();
    }

    @Test
    void saysThatSomethingChanged() {
        // Given
        AtomicInteger changes = new AtomicInteger();
        // When
        EntityListing.Registration registration = identities.onChange(changes::incrementAndGet);
        put("alice", subject("alice", central));
        registration.close();
        identities.remove("alice");
        // Then
        assertThat(changes).hasValue(1);
    }

    private FollowedIdentities identities(Set<String> namespaces) {
        FollowedIdentities made = new FollowedIdentities(
                IdentitySource.fixed(Map.of(local, "guest")),
                (given, owner) -> {
                    if (!given.startsWith("sealed:") || !owner.equals("alice/" + central.uuid())) {
                        throw new LeanException(500, "not for us");
                    }
                    return given.substring("sealed:".length());
                },
                namespaces,
                Optional.of(Duration.ofHours(1)),
                Clock.fixed(NOW, ZoneOffset.UTC));
        made.contact(() -> contact);
        return made;
    }

    private Optional<String> put(String id, ObjectNode body) {
        return identities.put(id, CatalogDocument.of(body));
    }

    private static ObjectNode subject(String name, AuthKey key) {
        return Documents.subject(name, key.uuid().toString(), key.secret());
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonObject.readTree(text);
    }
}
