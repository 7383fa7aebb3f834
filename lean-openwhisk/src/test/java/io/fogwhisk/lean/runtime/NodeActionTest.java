package io.fogwhisk.lean.runtime;

import static io.fogwhisk.lean.runtime.NodeRuntimes.await;
import static io.fogwhisk.lean.runtime.NodeRuntimes.texts;
import static io.fogwhisk.lean.runtime.NodeRuntimes.zip;
import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.WhiskAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What JavaScript code gets and what becomes of what it does. */
class NodeActionTest {

    private static NodeRuntimes runtimes;

    @BeforeAll
    static void start() {
        runtimes = NodeRuntimes.start();
    }

    @AfterAll
    static void close() {
        if (runtimes != null) {
            runtimes.close();
        }
    }

    @Test
    void returnsWhatTheCodeReturns() {
        RunResult result = runtimes.run(NodeRuntimes.ECHO, "{\"text\":\"grüße\",\n \"n\":[1,2]}");

        assertThat(result.status()).isEqualTo(ActivationStatus.SUCCESS);
        assertThat(result.result()).isEqualTo("{\"text\":\"grüße\",\"n\":[1,2]}");
        assertThat(result.initMillis()).isPresent();
        assertThat(result.logs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "async function main() { return {a: 1}; }|{\"a\":1}",
                "const main = () => new Promise(done => setTimeout(() => done({b: 2}), 5));|{\"b\":2}",
                "exports.main = () => ({c: 3});|{\"c\":3}",
                "module.exports = {main: () => [4]};|[4]",
                "function main() {} // the end|{}",
                "function main() { return {then: ok => ok({e: 5})}; }|{\"e\":5}",
                "export function main() { return {f: 6}; }|{\"f\":6}",
                "#!/usr/bin/env node\\nfunction main() { return {g: 7}; }|{\"g\":7}",
            })
    void runsCodeOfEveryForm(String code, String expected) {
        RunResult result = runtimes.run(code.replace("\\n", "\n"));

        assertThat(result.result()).isEqualTo(expected);
        assertThat(result.status()).isEqualTo(ActivationStatus.SUCCESS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "function main() { return {error: 'no', more: 1}; }|{\"error\":\"no\"}",
                "function main() { return Promise.reject({code: 4}); }|{\"error\":{\"code\":4}}",
                "function main() { return Promise.reject('why'); }|{\"error\":\"why\"}",
                "function main() { return Promise.reject(); }|{\"error\":{}}",
            })
    void takesAnErrorThatTheCodeReportsAsItsOwn(String code, String expected) {
        RunResult result = runtimes.run(code);

        assertThat(result.result()).isEqualTo(expected);
        assertThat(result.status()).isEqualTo(ActivationStatus.APPLICATION_ERROR);
    }

    @Test
    void showsTheMessageOfAnErrorThatAPromiseWasRejectedWith() {
        RunResult result = runtimes.run("async function main() { throw new TypeError('bad'); }");

        assertThat(result.result()).startsWith("{\"error\":{\"name\":\"TypeError\",\"message\":\"bad\",\"stack\":");
        assertThat(result.status()).isEqualTo(ActivationStatus.APPLICATION_ERROR);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "function main() { throw new Error('boom'); }|An error has occurred: Error: boom",
                "function main() { return 'text'; }|The action did not return a dictionary or array.",
                "function main() { return 5n; }|The action did not return a dictionary or array.",
                "function main() { return null; }|The action did not produce a valid JSON or JSON Array response: null",
                "function main() { process.exit(0); }"
                        + "|The action did not produce a valid response and exited unexpectedly.",
                "function main() { return new Promise(() => setTimeout(() => { throw 1; }, 1)); }"
                        + "|The action did not produce a valid response and exited unexpectedly.",
                "process.exit(1)|The action did not initialize and exited unexpectedly.",
                "const nothing = 1;|Initialization has failed due to: Action entrypoint 'main' is not a function.",
            })
    void blamesTheDeveloperForCodeThatFails(String code, String message) {
        RunResult result = runtimes.run(code);

        assertThat(result.result()).isEqualTo("{\"error\":\"" + message + "\"}");
        assertThat(result.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
        assertThat(texts(result))
                .last()
                .isEqualTo("stderr: The action did not initialize or run as expected. Log data might be missing.");
    }

    @Test
    void tellsWhereCodeCannotBeRead() {
        RunResult result = runtimes.run("function main() { return {; }");

        assertThat(result.result()).startsWith("{\"error\":\"Initialization has failed due to: ");
        assertThat(result.result()).contains("SyntaxError");
        assertThat(String.join("\n", result.logs())).contains("stderr: Error during initialization:", "action.js:1");
    }

    @Test
    void keepsEveryLineOfBothStreamsInOrder() {
        RunResult result = runtimes.run("function main() { for (let i = 0; i < 2000; i++) {"
                + " console.log('out ' + i); console.error('err ' + i); } process.stdout.write('end'); return {}; }");

        assertThat(texts(result).stream().filter(line -> line.startsWith("stdout: out ")))
                .hasSize(2000)
                .element(1999)
                .isEqualTo("stdout: out 1999");
        assertThat(texts(result).stream().filter(line -> line.startsWith("stderr: err ")))
                .hasSize(2000)
                .element(1234)
                .isEqualTo("stderr: err 1234");
        assertThat(texts(result)).contains("stdout: end");
        assertThat(result.logs().get(0)).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z stdout: out 0");
    }

    @Test
    void keepsTheStateOfAWarmChild() {
        String code = "let n = 0; function main() { return {n: ++n}; }";
        RunResult cold = runtimes.run(code);

        RunResult warm = runtimes.run(code);

        assertThat(cold.result()).isEqualTo("{\"n\":1}");
        assertThat(warm.result()).isEqualTo("{\"n\":2}");
        assertThat(warm.initMillis()).isEmpty();
    }

    @Test
    void takesANewChildAfterTheDevelopersError() {
        String code = "let n = 0; function main(args) { n++; if (args.fail) { throw 'x'; } return {n}; }";
        runtimes.run(code);
        runtimes.run(code, "{\"fail\":true}");

        RunResult next = runtimes.run(code);

        assertThat(next.result()).isEqualTo("{\"n\":1}");
    }

    @Test
    void tellsTheCodeWhoItIsAndNothingOfTheServer() {
        WhiskAction action = runtimes.action("env", 1, Limits.DEFAULT, false);
        String code = "function main() { return Object.assign({}, process.env); }";

        RunResult result = await(runtimes.submit(action, code, "guest", "{}", Map.of("GREETING", "hello", "N", "1")));

        assertThat(result.result())
                .contains("\"__OW_NAMESPACE\":\"guest\"", "\"__OW_ACTION_NAME\":\"/guest/env\"")
                .contains("\"__OW_ACTION_VERSION\":\"0.0.1\"", "\"__OW_TRANSACTION_ID\":\"transaction\"")
                .contains("\"__OW_ACTIVATION_ID\":", "\"__OW_DEADLINE\":\"1")
                .contains("\"__OW_API_HOST\":\"http://localhost:3233\"", "\"GREETING\":\"hello\"")
                .doesNotContain("__OW_API_KEY", "FOGWHISK", "JAVA", "USER", System.getProperty("user.home"));
    }

    @Test
    void refreshesTheActivationIdForEachRun() {
        String code = "function main() { return {id: process.env.__OW_ACTIVATION_ID}; }";
        RunResult first = runtimes.run(code);

        RunResult second = runtimes.run(code);

        assertThat(second.result()).isNotEqualTo(first.result());
    }

    @Test
    void runsAZipWithItsOwnModulesAndCallbacks() {
        // In the style of actions that hand a callback to a module and return no promise.
        String code = zip(Map.of(
                "package.json", "{\"name\":\"x\",\"main\":\"lib/main.js\"}",
                "lib/main.js",
                        "var request = require('request'); var answers = 0;\n"
                                + "function main(args) { request({url: args.url}, function (error, answer, body) {"
                                + " answers++; console.log('got ' + body); });\n"
                                + " return args.url ? undefined : {answers: answers, cwd: process.cwd()}; }\n"
                                + "exports.main = main;",
                "node_modules/request/index.js",
                        "module.exports = function (options, callback) { if (options.url) {"
                                + " setImmediate(function () { callback(null, {}, 'from ' + options.url); }); } };"));
        WhiskAction action = runtimes.action("zip", 1, Limits.DEFAULT, true);

        RunResult first = await(runtimes.submit(action, code, "guest", "{\"url\":\"u\"}", Map.of()));
        RunResult second = await(runtimes.submit(action, code, "guest", "{}", Map.of()));

        assertThat(first.result()).isEqualTo("{}");
        assertThat(second.result()).startsWith("{\"answers\":1,\"cwd\":\"" + runtimes.folder());
        // The callback runs as soon as the answer is on its way, so its line may still be among the first's.
        List<String> both = new ArrayList<>(texts(first));
        both.addAll(texts(second));
        assertThat(both).containsExactly("stdout: got from u");
    }

    @ParameterizedTest
    @ValueSource(strings = {"index.js", "index.mjs"})
    void findsTheNamedFunctionOfAZipWithoutAPackage(String file) {
        String export = file.endsWith("mjs") ? "export const" : "exports.";
        String code = zip(Map.of(file, export + " other = () => ({it: 'works'});"));
        WhiskAction action = runtimes.action("zip-" + file, 1, Limits.DEFAULT, true, Optional.of("other"));

        RunResult result = runtimes.run(action, code);

        assertThat(result.result()).isEqualTo("{\"it\":\"works\"}");
    }

    @Test
    void refusesAZipWithoutAnEntryPoint() {
        WhiskAction action = runtimes.action("zip-bad", 1, Limits.DEFAULT, true);

        RunResult result = runtimes.run(action, zip(Map.of("main.js", "exports.main = () => 1;")));

        assertThat(result.result())
                .isEqualTo("{\"error\":\"Initialization has failed due to: "
                        + "Zipped actions must contain either package.json or index.js at the root.\"}");
        assertThat(result.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
    }

    @Test
    void refusesBase64ThatIsNoZip() {
        WhiskAction action = runtimes.action("no-zip", 1, Limits.DEFAULT, true);

        RunResult result = runtimes.run(action, "bm90aGluZyBhdCBhbGw=");

        assertThat(result.result()).startsWith("{\"error\":\"Initialization has failed due to: ");
        assertThat(result.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
    }

    @Test
    void refusesAnAnswerOfMoreThanOneMegabyteAndKeepsTheChild() {
        String code = "let n = 0; function main(args) { n++; return {n, text: 'x'.repeat(args.size)}; }";

        RunResult tooLong = runtimes.run(code, "{\"size\":1500000}");
        RunResult next = runtimes.run(code, "{\"size\":1}");

        assertThat(tooLong.result())
                .isEqualTo("{\"error\":\"The action produced a response that exceeded the allowed length: "
                        + "1500017 > 1048576 bytes.\"}");
        assertThat(tooLong.status()).isEqualTo(ActivationStatus.APPLICATION_ERROR);
        assertThat(next.result()).startsWith("{\"n\":2,");
    }

    @Test
    void takesALongInput() {
        String text = "x".repeat(900_000);

        RunResult result =
                runtimes.run("function main(args) { return {n: args.text.length}; }", "{\"text\":\"" + text + "\"}");

        assertThat(result.result()).isEqualTo("{\"n\":900000}");
    }
}
