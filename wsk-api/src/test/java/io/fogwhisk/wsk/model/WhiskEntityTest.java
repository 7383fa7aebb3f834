package io.fogwhisk.wsk.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fogwhisk.wsk.WskException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhiskEntityTest {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final List<KeyValue> LIST = List.of(kv("k", 1), kv("s", "x"));

    @Test
    void readsWhatItWrites() throws Exception {
        // Given
        QualifiedName name = QualifiedName.of("guest", "x");
        QualifiedName packaged = QualifiedName.of("guest", "pkg", "a");
        SemVer version = new SemVer(0, 0, 2);
        WhiskAction action = new WhiskAction(
                packaged,
                version,
                false,
                LIST,
                5,
                LIST,
                new Exec.Code("nodejs:20", new ActionCode.Inline("code"), false, Optional.of("main")),
                Limits.DEFAULT);
        WhiskPackage pkg =
                new WhiskPackage(name, version, true, LIST, 5, LIST, Optional.of(new Binding("whisk.system", "utils")));
        WhiskTrigger trigger = new WhiskTrigger(
                name,
                version,
                false,
                LIST,
                5,
                LIST,
                new TreeMap<>(Map.of("guest/r", new WhiskTrigger.Link(packaged, true))));
        WhiskRule rule = new WhiskRule(name, version, false, LIST, 5, name, packaged);
        // When and then
        assertThat(WhiskAction.fromJson(again(action.toJson()))).isEqualTo(action);
        assertThat(WhiskPackage.fromJson(again(pkg.toJson()))).isEqualTo(pkg);
        assertThat(WhiskTrigger.fromJson(again(trigger.toJson()))).isEqualTo(trigger);
        assertThat(WhiskRule.fromJson(again(rule.toJson()))).isEqualTo(rule);
    }

    @Test
    void keepsWhatIsSaidOfAParameter() throws Exception {
        // Given
        String json =
                "[{\"key\":\"a\",\"value\":1,\"init\":true},{\"key\":\"b\",\"value\":2,\"encryption\":\"aes-128\"}]";
        // When
        List<KeyValue> read = WhiskEntity.keyValues(MAPPER.readTree(json));
        // Then
        assertThat(read).extracting(KeyValue::init).containsExactly(true, false);
        assertThat(KeyValue.toJson(read)).hasToString(json);
        assertThat(KeyValue.merge(read, List.of(new KeyValue("a", MAPPER.readTree("3")))))
                .extracting(item -> item.key() + item.value() + item.init())
                .containsExactly("a3false", "b2false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kind\":\"nodejs:20\",\"code\":\"x\",\"binary\":false}",
                "{\"kind\":\"sequence\",\"components\":[\"/guest/a\",\"/guest/p/b\"],\"binary\":false}",
                "{\"kind\":\"blackbox\",\"image\":\"o/i\",\"code\":\"x\",\"binary\":true}"
            })
    void keepsEveryFormOfExec(String json) throws Exception {
        assertThat(Exec.fromJson(MAPPER.readTree(json)).toJson(true)).isEqualTo(MAPPER.readTree(json));
    }

    @Test
    void refusesLimitsOutOfRangeWithTheWordsOfOpenWhisk() throws Exception {
        JsonNode json = MAPPER.readTree("{\"memory\":1024}");
        assertThatThrownBy(() -> Limits.DEFAULT.with(json))
                .isInstanceOf(WskException.class)
                .hasMessage("requirement failed: memory size 1024 MB exceeds allowed threshold of 512 MB");
    }

    @Test
    void takesTheLastOfSeveralParametersWithOneKey() throws Exception {
        JsonNode json = MAPPER.readTree("[{\"key\":\"a\",\"value\":1},{\"key\":\"a\",\"value\":null}]");
        assertThat(WhiskEntity.keyValues(json)).hasSize(1);
        assertThat(WhiskEntity.keyValues(json).get(0).value().isNull()).isTrue();
    }

    @Test
    void countsVersionsUp() {
        assertThat(SemVer.parse("1.2.3").next()).hasToString("1.2.4");
        assertThatThrownBy(() -> SemVer.parse("1.x")).isInstanceOf(WskException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4C40ab47cebc448180ab47cebcc48173", "4c40ab47cebc448180ab47cebcc4817g"})
    void refusesActivationIdsWithOtherDigits(String hex) {
        assertThatThrownBy(() -> new ActivationId(hex)).hasMessage("The activation id is not valid.");
    }

    private static JsonNode again(JsonNode json) throws Exception {
        return MAPPER.readTree(json.toString());
    }

    private static KeyValue kv(String key, Object value) {
        return new KeyValue(key, MAPPER.valueToTree(value));
    }
}
