package io.fogwhisk.lean.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.lean.TestSite;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SystemPackagesTest {

    private static final String ACTIONS = "/api/v1/namespaces/whisk.system/actions/";

    private TestSite site;

    @BeforeAll
    void start(@TempDir Path folder) {
        site = new TestSite(folder);
    }

    @AfterAll
    void stop() {
        site.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            utils/echo         | {"payload":{"a":[1]}}                 | {"payload":{"a":[1]}}
            utils/cat          | {"lines":[4,"two",null]}              | {"lines":[4,"two",null],"payload":"4\\ntwo\\n"}
            utils/cat          | {}                                    | {"lines":[],"payload":""}
            utils/smash        | {"$fieldName":"x","a":1,"c":{"d":3}}  | {"x":{"a":1,"c":{"d":3}}}
            utils/smash        | {"$fieldName":"x"}                    | {"x":{}}
            utils/split        | {"payload":"a,b,","separator":","}    | {"lines":["a","b",""],"payload":"a,b,"}
            utils/split        | {"payload":"a.b","separator":"."}     | {"lines":["a","b"],"payload":"a.b"}
            utils/split        | {"payload":"a\\r\\nb\\nc"}            | {"lines":["a","b","c"],"payload":"a\\r\\nb\\nc"}
            utils/split        | {"payload":12}                        | {"lines":["12"],"payload":12}
            utils/sort         | {"lines":["seven","eight","nine"]}    | {"lines":["eight","nine","seven"],"length":3}
            utils/sort         | {"lines":[10,9,2]}                    | {"lines":[10,2,9],"length":3}
            utils/head         | {"lines":["a","b","c"],"num":2}       | {"lines":["a","b"],"num":2}
            utils/head         | {"lines":["a","b"]}                   | {"lines":["a"],"num":1}
            utils/head         | {"lines":["a","b"],"num":7}           | {"lines":["a","b"],"num":7}
            utils/head         | {"lines":["a","b","c"],"num":-1}      | {"lines":["a","b"],"num":-1}
            utils/head         | {"lines":"text","num":"2"}            | {"lines":"te","num":"2"}
            utils/head         | {"lines":["a"],"num":1e99}            | {"lines":["a"],"num":1E+99}
            utils/namespace    | {}                                    | {"namespace":"guest"}
            samples/helloWorld | {"payload":"Cat"}                     | {}
            samples/greeting   | {"name":"Cat","place":"Narrowsburg"}  | {"payload":"Hello, Cat from Narrowsburg!"}
            samples/greeting   | {"payload":"Cat"}                     | {"payload":"Hello, Cat from somewhere!"}
            samples/greeting   | {"name":""}                           | {"payload":"Hello, stranger from somewhere!"}
            samples/wordCount  | {"payload":"Five fuzzy felines"}      | {"count":3}
            samples/wordCount  | {"payload":""}                        | {"count":1}
            """)
    void anActionAnswersAsItsContractSays(String action, String params, String result) throws Exception {
        // When
        TestSite.Answer answer = site.send("POST", ACTIONS + action + "?blocking=true&result=true", params);

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json()).isEqualTo(TestSite.MAPPER.readTree(result));
    }

    @ParameterizedTest
    @CsvSource({
        "samples/wordCount, '{}', 'An error has occurred: TypeError: Cannot read properties of undefined (reading ''toString'')'",
        "utils/split, '{\"payload\":null}', 'An error has occurred: TypeError: Cannot read properties of null (reading ''toString'')'",
        "utils/smash, '{\"a\":1}', 'Expected an argument ''$fieldName'' of type ''string''.'",
        "utils/sort, '{\"lines\":\"text\"}', 'An error has occurred: TypeError: lines.sort is not a function'"
    })
    void wrongInputIsAnError(String action, String params, String error) {
        // When
        TestSite.Answer answer = site.send("POST", ACTIONS + action + "?blocking=true", params);

        // Then
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.json().at("/response/result/error").asText()).isEqualTo(error);
        assertThat(answer.json().at("/response/success").asBoolean()).isFalse();
    }

    @Test
    void theDateIsNow() {
        // Given
        Instant before = Instant.ofEpochMilli(System.currentTimeMillis());

        // When
        String date = site.send("POST", ACTIONS + "utils/date?blocking=true&result=true")
                .json()
                .path("date")
                .asText();

        // Then
        assertThat(Instant.parse(date)).isBetween(before, Instant.now());
    }

    @Test
    void whatASampleSaysIsInTheLogs() {
        // When
        JsonNode activation = site.send("POST", ACTIONS + "samples/helloWorld?blocking=true", "{\"payload\":\"Bob\"}")
                .json();

        // Then
        assertThat(activation.path("logs")).hasSize(1);
        assertThat(activation.at("/logs/0").asText())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z stdout: hello Bob!");
    }

    @Test
    void packagesAndActionsAreDescribed() {
        // When
        JsonNode utils = site.send("GET", "/api/v1/namespaces/whisk.system/packages/utils")
                .json();
        JsonNode wordCount = site.send("GET", ACTIONS + "samples/wordCount").json();

        // Then
        assertThat(utils.path("publish").asBoolean()).isTrue();
        assertThat(utils.path("annotations").toString()).contains("Building blocks that format and assemble data");
        assertThat(utils.path("actions")).hasSize(8);
        assertThat(wordCount.path("annotations").toString())
                .contains("\"description\"", "\"parameters\"", "\"sampleInput\"", "\"sampleOutput\"");
    }
}
