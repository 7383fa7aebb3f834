package io.fogwhisk.base.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {

    private record Broker(int port, Duration keepAlive, boolean durable) {
        static Broker read(ConfigNode root) {
            ConfigNode mqtt = root.section("mqtt");
            return new Broker(
                    mqtt.port("port", 1883),
                    mqtt.duration("keep-alive", Duration.ofSeconds(60)),
                    mqtt.flag("durable", true));
        }
    }

    @Test
    void anEmptyFileGivesTheDefaults() {
        Broker broker = ConfigFile.parse("site.yaml", "", Map.of(), Broker::read);

        assertThat(broker).isEqualTo(new Broker(1883, Duration.ofSeconds(60), true));
    }

    @Test
    void everyFaultIsReportedAtOnceWithItsPath() {
        String yaml = "mqtt:\n  port: 70000\n  keep-alive: soon\n  durable: maybe\n  prot: 1\nmqqt: {}\n";

        assertThatThrownBy(() -> ConfigFile.parse("site.yaml", yaml, Map.of(), Broker::read))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.faults())
                                .containsExactlyInAnyOrder(
                                        "site.yaml: mqtt.port must be a whole number from 1 to 65535, was '70000'",
                                        "site.yaml: mqtt.keep-alive must be a duration such as 500ms, 5s, 30m, 2h or 1d,"
                                                + " was 'soon'",
                                        "site.yaml: mqtt.durable must be true or false, was 'maybe'",
                                        "site.yaml: mqtt.prot is not a known key; known here: durable, keep-alive, port",
                                        "site.yaml: mqqt is not a known key; known here: mqtt"));
    }

    @Test
    void theEnvironmentWinsOverTheFile() {
        Broker broker =
                ConfigFile.parse("site.yaml", "mqtt: {port: 2000}", Map.of("FOGWHISK_MQTT_PORT", "3000"), Broker::read);

        assertThat(broker.port()).isEqualTo(3000);
    }

    @Test
    void anEnvironmentVariableThatNamesNoKeyIsAFault() {
        assertThatThrownBy(() -> ConfigFile.parse("site.yaml", "", Map.of("FOGWHISK_MQTT_PROT", "1"), Broker::read))
                .hasMessage("environment variable FOGWHISK_MQTT_PROT is not the name of any configuration key");
    }

    @Test
    void brokenYamlIsReportedWithItsLine() {
        assertThatThrownBy(() -> ConfigFile.parse("site.yaml", "mqtt:\n  port: [1\n", Map.of(), Broker::read))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("site.yaml:")
                .hasMessageContaining("not valid YAML");
    }

    @Test
    void severalTextsAreAListOrHaveCommasBetweenThem() {
        Function<ConfigNode, List<String>> reader = root -> root.texts("topics");

        assertThat(ConfigFile.parse("x", "topics: [\"a,b\", c]", Map.of(), reader))
                .containsExactly("a,b", "c");
        assertThat(ConfigFile.parse("x", "topics: a, b,", Map.of(), reader)).containsExactly("a", "b");
        assertThat(ConfigFile.parse("x", "topics: [c]", Map.of("FOGWHISK_TOPICS", "a,b"), reader))
                .containsExactly("a", "b");
        assertThat(ConfigFile.parse("x", "", Map.of(), reader)).isEmpty();
        assertThatThrownBy(() -> ConfigFile.parse("x", "topics: [[a]]", Map.of(), reader))
                .hasMessage("x: topics must be a list of texts");
    }

    @Test
    void aDuplicateKeyIsAFault() {
        assertThatThrownBy(() -> ConfigFile.parse("site.yaml", "mqtt: {}\nmqtt: {}\n", Map.of(), Broker::read))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("uplicate");
    }

    @Test
    void aSectionThatIsAValueIsAFault() {
        assertThatThrownBy(() -> ConfigFile.parse("site.yaml", "mqtt: 7", Map.of(), Broker::read))
                .hasMessage("site.yaml: mqtt must be a section of keys and values, was '7'");
    }

    @Test
    void aMissingFileIsAFaultThatNamesIt(@TempDir Path folder) {
        Path file = folder.resolve("absent.yaml");

        assertThatThrownBy(() -> ConfigFile.read(file, Map.of(), Broker::read))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("absent.yaml");
    }

    @Test
    void aFileIsRead(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("site.yaml"), "mqtt:\n  port: 1884\n");

        assertThat(ConfigFile.read(file, Map.of(), Broker::read).port()).isEqualTo(1884);
    }

    @Test
    void aSecretIsNotShownInItsFault() {
        assertThatThrownBy(() -> ConfigFile.parse(
                        "site.yaml",
                        "auth: hunter2",
                        Map.of(),
                        root -> root.secret("auth", "", text -> {
                            throw new IllegalArgumentException("must be a key");
                        })))
                .hasMessage("site.yaml: auth must be a key");
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "5s, PT5S", "30m, PT30M", "2h, PT2H", "1d, PT24H"})
    void durationsAreReadAsUsersWriteThem(String text, Duration expected) {
        assertThat(ConfigNode.parseDuration(text)).isEqualTo(expected);
    }

    @Test
    void aDurationThatOverflowsIsRefused() {
        assertThatThrownBy(() -> ConfigNode.parseDuration("9223372036854775807d"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(List.of("5", "s", "-1s", "1.5s"))
                .allSatisfy(text -> assertThatThrownBy(() -> ConfigNode.parseDuration(text))
                        .hasMessageContaining("must be a duration"));
    }

    @Test
    void readsAListOfSections() {
        Function<ConfigNode, List<String>> reader = root -> root.sections("rules").stream()
                .map(rule -> rule.text("name", "none"))
                .toList();

        assertThat(ConfigFile.parse("x", "rules: [{name: a}, {}]", Map.of(), reader))
                .containsExactly("a", "none");
        assertThat(ConfigFile.parse("x", "", Map.of(), reader)).isEmpty();
        assertThatThrownBy(() -> ConfigFile.parse("x", "rules: [{nam: a}, 7]", Map.of(), reader))
                .hasMessageContaining("x: rules[0].nam is not a known key")
                .hasMessageContaining("x: rules[1] must be a section of keys and values");
        assertThatThrownBy(() -> ConfigFile.parse("x", "rules: {name: a}", Map.of(), reader))
                .hasMessage("x: rules must be a list of sections, was a section");
    }
}
