package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.influx.RunningInflux;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketsTest {

    private static final String PATH = "/api/v2/buckets";

    private final ObjectMapper json = new ObjectMapper();

    @TempDir
    Path folder;

    private RunningInflux influx;
    private String org;

    @BeforeEach
    void start() throws IOException {
        influx = new RunningInflux(folder);
        org = read(influx.get("/api/v2/orgs")).at("/orgs/0/id").asText();
    }

    @AfterEach
    void close() {
        influx.close();
    }

    @Test
    void aNewBucketIsThereAtOnceAndAfterARestart() throws IOException {
        // When
        HttpResponse<String> made = influx.json(
                "POST",
                PATH,
                "{\"orgID\":\"" + org + "\",\"name\":\"b\",\"description\":\"d\",\"retentionRules\":"
                        + "[{\"type\":\"expire\",\"everySeconds\":7200}]}");

        // Then
        JsonNode bucket = read(made);
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(bucket.path("id").asText()).matches("[0-9a-f]{16}");
        assertThat(bucket.path("type").asText()).isEqualTo("user");
        assertThat(bucket.at("/retentionRules/0/everySeconds").asInt()).isEqualTo(7200);
        assertThat(bucket.at("/retentionRules/0/shardGroupDurationSeconds").asInt())
                .isEqualTo(3600);
        String id = bucket.path("id").asText();
        assertThat(write("b", "m value=1").statusCode()).isEqualTo(204);
        influx.close();
        influx = new RunningInflux(folder);
        assertThat(read(influx.get(PATH + "/" + id))).isEqualTo(bucket);
        assertThat(values("b", "-1h")).isOne();
    }

    @Test
    void aRenamedBucketKeepsItsPoints() throws IOException {
        // Given
        write("measure", "m value=1 1");
        String id = read(influx.get(PATH + "?name=measure")).at("/buckets/0/id").asText();

        // When
        HttpResponse<String> changed =
                influx.json("PATCH", PATH + "/" + id, "{\"name\":\"renamed\",\"description\":\"was measure\"}");

        // Then
        assertThat(read(changed).path("name").asText()).isEqualTo("renamed");
        assertThat(values("renamed", "0")).isOne();
        assertThat(influx.query("from(bucket: \"measure\") |> range(start: 0)").statusCode())
                .isEqualTo(404);
        assertThat(write("measure", "m value=1 1").statusCode()).isEqualTo(404);
        assertThat(write(id, "m value=2 2").statusCode()).isEqualTo(204);
        assertThat(values("renamed", "0")).isEqualTo(2);
    }

    @Test
    void aDeletedBucketIsGoneWithItsPoints() throws IOException {
        // Given
        write("measure", "m value=1 1");
        String id = read(influx.get(PATH + "?name=measure")).at("/buckets/0/id").asText();

        // When
        HttpResponse<String> deleted = influx.json("DELETE", PATH + "/" + id, "");

        // Then
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(influx.get(PATH + "/" + id).body())
                .isEqualTo("{\"code\":\"not found\",\"message\":\"bucket not found\"}");
        assertThat(write("measure", "m value=1 1").statusCode()).isEqualTo(404);
        // It is a configured bucket: the next start makes it again, empty.
        influx.close();
        influx = new RunningInflux(folder);
        assertThat(values("measure", "0")).isZero();
        assertThat(write("measure", "m value=true 1").statusCode()).isEqualTo(204);
        assertThat(values("measure", "0")).isOne();
    }

    @Test
    void listsPageByPage() throws IOException {
        // Given
        for (int i = 0; i < 5; i++) {
            influx.json("POST", PATH, "{\"orgID\":\"" + org + "\",\"name\":\"b" + i + "\"}");
        }

        // When
        JsonNode first = read(influx.get(PATH + "?limit=3&org=influxdata"));
        JsonNode second = read(influx.get(PATH + "?limit=3&offset=3&orgID=" + org));
        JsonNode after =
                read(influx.get(PATH + "?after=" + second.at("/buckets/1/id").asText()));

        // Then
        assertThat(first.path("buckets").findValuesAsText("name")).containsExactly("measure", "aggregates", "b0");
        assertThat(first.at("/links/next").asText()).isEqualTo(PATH + "?descending=false&limit=3&offset=3");
        assertThat(second.path("buckets").findValuesAsText("name")).containsExactly("b1", "b2", "b3");
        assertThat(second.at("/links/prev").asText()).isEqualTo(PATH + "?descending=false&limit=3&offset=0");
        assertThat(after.path("buckets").findValuesAsText("name")).containsExactly("b3", "b4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'name':'x'|400|organization id must be provided",
                "'orgID':'0000000000000001','name':'x'|404|organization not found",
                "'orgID':'ORG','name':''|400|bucket name must not be empty",
                "'orgID':'ORG','name':'_x'|400|Buckets may not start with underscore",
                "'orgID':'ORG','name':'measure'|422|bucket with name measure already exists",
                "'orgID':'ORG','name':7|400|name must be a text",
                "'orgID':'ORG','name':'x','retentionRules':[{'everySeconds':-1}]|422|expiration seconds cannot be negative",
                "'orgID':'ORG','name':'x','retentionRules':[{'everySeconds':60}]|422|must be at least 1h0m0s",
                "'orgID':'ORG','name':'x','retentionRules':[{'everySeconds':'x'}]|400|everySeconds must be a whole number",
                "'orgID':'ORG','name':'x','retentionRules':[{},{}]|400|at most one rule"
            })
    void saysWhyABucketCannotBe(String body, int status, String message) {
        HttpResponse<String> response =
                influx.json("POST", PATH, "{" + body.replace('\'', '"').replace("ORG", org) + "}");

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "?name=none, 404",
        "?id=0000000000000001, 404",
        "?org=nobody, 404",
        "?limit=0, 400",
        "?limit=101, 400",
        "?offset=x, 400",
        "/0000000000000001, 404"
    })
    void saysWhyThereIsNoBucketToShow(String query, int status) {
        assertThat(influx.get(PATH + query).statusCode()).isEqualTo(status);
    }

    @Test
    void thereIsOneOrganization() throws IOException {
        assertThat(influx.json("POST", "/api/v2/orgs", "{\"name\":\"x\"}").statusCode())
                .isEqualTo(422);
        assertThat(read(influx.get("/api/v2/orgs/" + org)).path("name").asText())
                .isEqualTo("influxdata");
        assertThat(influx.get("/api/v2/orgs/0000000000000001").statusCode()).isEqualTo(404);
        assertThat(influx.get("/api/v2/orgs?org=nobody").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> write(String bucket, String lines) {
        return influx.post(
                "/api/v2/write?org=influxdata&precision=s&bucket=" + bucket, lines.getBytes(StandardCharsets.UTF_8));
    }

    private long values(String bucket, String start) {
        return influx.query("from(bucket: \"" + bucket + "\") |> range(start: " + start + ")")
                .body()
                .lines()
                .filter(line -> line.startsWith(",,"))
                .count();
    }

    private JsonNode read(HttpResponse<String> response) throws IOException {
        return json.readTree(response.body());
    }
}
