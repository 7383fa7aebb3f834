package io.fogwhisk.wsk.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Compares with the requests that {@code wsk} was seen to send. */
class WskEntitiesTest {

    private static final String NS = "/api/v1/namespaces/_";
    private static final QualifiedName FEED = QualifiedName.parse("/whisk.system/mqtt/feed");
    private static final List<KeyValue> PARAMETERS = List.of(new KeyValue("k", JsonNodeFactory.instance.numberNode(1)));

    private final FakeServer server = new FakeServer();
    private final WskEntities wsk = new WskEntities(server.apiHost(), AuthKey.GUEST, Duration.ofSeconds(10));

    @AfterEach
    void close() {
        wsk.close();
        server.close();
    }

    @Test
    void declaresPackagesBindingsActionsTriggersAndRules() {
        // Given
        for (int i = 0; i < 6; i++) {
            server.answer(200, "{}");
        }
        // When
        wsk.putPackage("p", PARAMETERS, List.of(), Optional.of(true), false);
        wsk.bindPackage(QualifiedName.parse("/guest/pkg"), "bnd", PARAMETERS, false);
        wsk.putAction(
                QualifiedName.parse("pkg/seq"),
                new Exec.Sequence(List.of(QualifiedName.parse("/_/a"), QualifiedName.parse("/_/pkg/b"))),
                List.of(),
                List.of(),
                true);
        wsk.putTrigger("t", PARAMETERS, List.of(), true);
        wsk.putRule("r", QualifiedName.parse("t"), QualifiedName.parse("pkg/a"), true);
        wsk.setRuleActive("r", false);
        // Then
        assertThat(server.requests())
                .containsExactly(
                        "PUT " + NS + "/packages/p?overwrite=false {\"namespace\":\"_\",\"name\":\"p\","
                                + "\"parameters\":[{\"key\":\"k\",\"value\":1}],\"publish\":true}",
                        "PUT " + NS + "/packages/bnd?overwrite=false {\"parameters\":[{\"key\":\"k\",\"value\":1}],"
                                + "\"binding\":{\"namespace\":\"guest\",\"name\":\"pkg\"}}",
                        "PUT " + NS + "/actions/pkg/seq?overwrite=true {\"namespace\":\"_\",\"name\":\"seq\","
                                + "\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/a\",\"/_/pkg/b\"]}}",
                        "PUT " + NS + "/triggers/t?overwrite=true {\"name\":\"t\","
                                + "\"parameters\":[{\"key\":\"k\",\"value\":1}]}",
                        "PUT " + NS + "/rules/r?overwrite=true {\"name\":\"r\",\"status\":\"\",\"trigger\":\"/_/t\","
                                + "\"action\":\"/_/pkg/a\"}",
                        "POST " + NS + "/rules/r {\"status\":\"inactive\",\"trigger\":null,\"action\":null}");
        assertThat(server.authorizations()).containsOnly(AuthKey.GUEST.basicHeader());
    }

    @Test
    void subscribesATriggerToItsFeed() {
        // Given
        server.answer(200, "{}").answer(200, "{\"response\":{\"status\":\"success\"}}");
        // When
        wsk.createFeedTrigger("tf", FEED, JsonObject.parse("{\"topic\":\"a/b\"}"));
        // Then
        assertThat(server.requests())
                .containsExactly(
                        "PUT " + NS + "/triggers/tf?overwrite=false {\"name\":\"tf\",\"annotations\":"
                                + "[{\"key\":\"feed\",\"value\":\"/whisk.system/mqtt/feed\"}]}",
                        feedCall("\"topic\":\"a/b\",", "CREATE"));
    }

    @Test
    void takesTheTriggerBackWhenTheFeedFails() {
        // Given
        server.answer(200, "{}")
                .answer(502, "{\"response\":{\"status\":\"application error\",\"result\":{\"error\":\"broker away\"}}}")
                .answer(200, "{}")
                .answer(200, "{}")
                .answer(200, "{}");
        // When
        assertThatThrownBy(() -> wsk.createFeedTrigger("tf", FEED, JsonObject.empty()))
                // Then
                .isInstanceOf(WskException.class)
                .hasMessage(
                        "feed /whisk.system/mqtt/feed failed to CREATE the subscription of trigger tf: broker away");
        assertThat(server.requests().subList(2, 5))
                .containsExactly("GET " + NS + "/triggers/tf", feedCall("", "DELETE"), "DELETE " + NS + "/triggers/tf");
    }

    @Test
    void takesAFeedThatIsTooSlowForAFailedOne() {
        // Given
        server.answer(200, "{}").answer(202, "{\"activationId\":\"x\"}");
        server.answer(200, "{}").answer(200, "{}").answer(200, "{}");
        // When
        assertThatThrownBy(() -> wsk.createFeedTrigger("tf", FEED, JsonObject.empty()))
                // Then
                .hasMessageEndingWith("it took too long");
        assertThat(server.requests()).hasSize(5);
    }

    @Test
    void unsubscribesBeforeItDeletesAndDeletesAlsoWhenThatFails() {
        // Given
        server.answer(200, "{\"annotations\":[{\"key\":\"feed\",\"value\":\"/whisk.system/mqtt/feed\"}]}")
                .answer(502, "{}")
                .answer(200, "{}");
        // When
        wsk.deleteTrigger("tf");
        // Then
        assertThat(server.requests())
                .containsExactly("GET " + NS + "/triggers/tf", feedCall("", "DELETE"), "DELETE " + NS + "/triggers/tf");
    }

    @Test
    void findsNothingWhereNothingIsAndReportsTheServersWords() {
        // Given
        server.answer(404, "{\"error\":\"gone\",\"code\":\"x\"}").answer(409, "{\"error\":\"taken\",\"code\":\"x\"}");
        // When and then
        assertThat(wsk.get(WskEntities.Collection.RULES, QualifiedName.parse("r")))
                .isEmpty();
        assertThatThrownBy(() -> wsk.putTrigger("t", List.of(), List.of(), false))
                .isInstanceOf(WskException.class)
                .hasMessageEndingWith("/triggers/t?overwrite=false: taken (HTTP status 409)");
    }

    private static String feedCall(String params, String event) {
        return "POST /api/v1/namespaces/whisk.system/actions/mqtt/feed?blocking=true&result=false {" + params
                + "\"lifecycleEvent\":\"" + event + "\",\"triggerName\":\"/_/tf\",\"authKey\":\""
                + AuthKey.GUEST.reveal() + "\"}";
    }
}
