package io.fogwhisk.influx.flux;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.RunningInflux;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts and their exact answers, from {@code answers.txt}: points first, then name, script and answer of each case. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FluxAnswersTest {

    private RunningInflux influx;

    @BeforeAll
    void writeThePoints(@TempDir Path folder) throws IOException {
        influx = new RunningInflux(folder);
        assertThat(influx.write(sections().get(0)).statusCode()).isEqualTo(204);
    }

    @AfterAll
    void close() {
        influx.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void answersExactly(String name, String script, String answer) {
        HttpResponse<String> response = influx.query(script);

        assertThat(response.body()).as(name).isEqualTo(answer.replace("\n", "\r\n"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/csv; charset=utf-8");
    }

    static Stream<Arguments> answersExactly() throws IOException {
        List<Arguments> cases = new ArrayList<>();
        List<String> sections = sections();
        for (String section : sections.subList(1, sections.size())) {
            int nameEnd = section.indexOf('\n');
            int scriptEnd = section.indexOf("\n---\n");
            String script = section.substring(nameEnd + 1, scriptEnd)
                    .replace(
                            "$measure",
                            "from(bucket: \"measure\")"
                                    + " |> range(start: 2026-01-01T00:00:00Z, stop: 2026-01-01T00:02:00Z)");
            cases.add(Arguments.of(section.substring(0, nameEnd), script, section.substring(scriptEnd + 5)));
        }
        return cases.stream();
    }

    private static List<String> sections() throws IOException {
        try (InputStream in = Objects.requireNonNull(FluxAnswersTest.class.getResourceAsStream("answers.txt"))) {
            return List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("(?m)^=== ?"));
        }
    }
}
