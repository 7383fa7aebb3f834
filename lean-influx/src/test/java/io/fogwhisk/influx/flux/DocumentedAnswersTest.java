package io.fogwhisk.influx.flux;

import static org.assertj.core.api.Assertions.assertThat;

import com.influxdb.client.InfluxDBClient;
import io.fogwhisk.influx.RunningInflux;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The examples of InfluxDB's documentation, answered exactly as it says. The file {@code documented-open.txt} names
 * those of which we know that they are not: what it names must differ, so that it cannot outlive its reason.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedAnswersTest {

    private RunningInflux influx;
    private List<String> open = List.of();

    @BeforeAll
    void writeThePoints(@TempDir Path folder) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(DocumentedAnswersTest.class.getResourceAsStream("documented-open.txt"))) {
            open = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
        influx = new RunningInflux(folder);
        try (InfluxDBClient client = influx.client()) {
            String org = client.getOrganizationsApi().findOrganizations().get(0).getId();
            for (Documented.Points points : Documented.points()) {
                client.getBucketsApi().createBucket(points.bucket(), org);
                HttpResponse<String> written = influx.post(
                        "/api/v2/write?precision=s&org=" + RunningInflux.ORG + "&bucket="
                                + URLEncoder.encode(points.bucket(), StandardCharsets.UTF_8),
                        points.lines().getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "text/plain");
                assertThat(written.statusCode()).as(written.body()).isEqualTo(204);
            }
        }
    }

    @AfterAll
    void close() {
        influx.close();
    }

    @ParameterizedTest
    @MethodSource("sections")
    void answersAsTheDocumentationSays(Documented example) {
        HttpResponse<String> response = influx.query(example.script());

        String answer = response.body().replace("\r\n", "\n");
        if (open.contains(example.name())) {
            assertThat(answer).as(example.source()).isNotEqualTo(example.answer());
        } else {
            assertThat(answer).as(example.name() + ", " + example.source()).isEqualTo(example.answer());
        }
    }

    static List<Documented> sections() throws IOException {
        return Documented.sections();
    }
}
