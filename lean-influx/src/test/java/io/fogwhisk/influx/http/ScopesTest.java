package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.influx.RunningInflux;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tokens may do, and what those are told who may not. */
class ScopesTest {

    private static final String WRITE = "/api/v2/write?org=influxdata&precision=s&bucket=";
    private static final String QUERY = "/api/v2/query?org=influxdata";

    private final ObjectMapper json = new ObjectMapper();
    private RunningInflux influx;
    private String org;
    private String measure;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        influx = new RunningInflux(folder);
        org = json.readTree(influx.get("/api/v2/orgs").body()).at("/orgs/0/id").asText();
        measure = json.readTree(influx.get("/api/v2/buckets?name=measure").body())
                .at("/buckets/0/id")
                .asText();
        influx.write("m value=1 1");
    }

    @AfterEach
    void close() {
        influx.close();
    }

    @Test
    void aTokenWritesOnlyWhereItMay() throws IOException {
        // Given
        String token = token("write", measure);

        // When
        HttpResponse<String> allowed = influx.json("POST", WRITE + "measure", "m value=2 2", token);
        HttpResponse<String> refused = influx.json("POST", WRITE + "aggregates", "m value=2 2", token);

        // Then
        assertThat(allowed.statusCode()).isEqualTo(204);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body())
                .isEqualTo("{\"code\":\"forbidden\",\"message\":\"insufficient permissions for write\"}");
    }

    @Test
    void aBucketThatMayNotBeReadLooksAbsentToAQuery() throws IOException {
        // Given
        String reader = token("read", measure);
        String writer = token("write", measure);

        // When
        HttpResponse<String> read = influx.json("POST", QUERY, question("measure"), reader);
        HttpResponse<String> other = influx.json("POST", QUERY, question("aggregates"), reader);
        HttpResponse<String> unreadable = influx.json("POST", QUERY, question("measure"), writer);

        // Then
        assertThat(read.body()).contains(",value,m,1\r\n");
        assertThat(other.statusCode()).isEqualTo(404);
        assertThat(other.body()).contains("could not find bucket \\\"aggregates\\\"");
        assertThat(unreadable.statusCode()).isEqualTo(404);
    }

    @Test
    void aTokenSeesAndMakesOnlyWhatItMay() throws IOException {
        // Given
        String token = token("read", measure);

        // When
        JsonNode buckets =
                json.readTree(influx.json("GET", "/api/v2/buckets", "", token).body());
        HttpResponse<String> making =
                influx.json("POST", "/api/v2/buckets", "{\"orgID\":\"" + org + "\",\"name\":\"x\"}", token);
        HttpResponse<String> deleting = influx.json("DELETE", "/api/v2/buckets/" + measure, "", token);
        HttpResponse<String> tokens = influx.json("POST", "/api/v2/authorizations", request("write", measure), token);

        // Then
        assertThat(buckets.path("buckets")).hasSize(1);
        assertThat(buckets.at("/buckets/0/name").asText()).isEqualTo("measure");
        assertThat(making.statusCode()).isEqualTo(401);
        assertThat(making.body())
                .isEqualTo(
                        "{\"code\":\"unauthorized\",\"message\":\"write:orgs/" + org + "/buckets is unauthorized\"}");
        assertThat(deleting.body()).contains("write:orgs/" + org + "/buckets/" + measure + " is unauthorized");
        assertThat(tokens.statusCode()).isEqualTo(401);
        assertThat(json.readTree(influx.json("GET", "/api/v2/orgs", "", token).body())
                        .path("orgs"))
                .isEmpty();
    }

    @Test
    void nobodyGivesMoreThanTheyHave() throws IOException {
        // Given
        String token = make("{\"orgID\":\"" + org + "\",\"permissions\":["
                + "{\"action\":\"write\",\"resource\":{\"type\":\"authorizations\",\"orgID\":\"" + org + "\"}},"
                + "{\"action\":\"read\",\"resource\":{\"type\":\"buckets\",\"orgID\":\"" + org + "\"}}]}");

        // When
        HttpResponse<String> less = influx.json("POST", "/api/v2/authorizations", request("read", measure), token);
        HttpResponse<String> more = influx.json("POST", "/api/v2/authorizations", request("write", measure), token);

        // Then
        assertThat(less.statusCode()).isEqualTo(201);
        assertThat(more.statusCode()).isEqualTo(403);
        assertThat(more.body()).contains("permission write:orgs/" + org + "/buckets/" + measure + " is not allowed");
    }

    @Test
    void anInactiveTokenDoesNothing() throws IOException {
        // Given
        HttpResponse<String> made = influx.json("POST", "/api/v2/authorizations", request("write", measure));
        String id = json.readTree(made.body()).path("id").asText();
        String token = json.readTree(made.body()).path("token").asText();

        // When
        HttpResponse<String> changed =
                influx.json("PATCH", "/api/v2/authorizations/" + id, "{\"status\":\"inactive\"}");

        // Then
        assertThat(json.readTree(changed.body()).path("status").asText()).isEqualTo("inactive");
        assertThat(json.readTree(changed.body()).path("token").asText()).isEmpty();
        assertThat(influx.json("POST", WRITE + "measure", "m value=2 2", token).statusCode())
                .isEqualTo(403);
        assertThat(influx.json("DELETE", "/api/v2/authorizations/" + id, "").statusCode())
                .isEqualTo(204);
        assertThat(influx.json("POST", WRITE + "measure", "m value=2 2", token).statusCode())
                .isEqualTo(401);
    }

    @Test
    void saysWhatIsWrongWithAToken() {
        assertThat(influx.json("POST", "/api/v2/authorizations", "{\"orgID\":\"" + org + "\",\"permissions\":[]}")
                        .body())
                .contains("authorization must include permissions");
        assertThat(influx.json("POST", "/api/v2/authorizations", request("sing", measure))
                        .body())
                .contains("unknown action for permission: sing");
        assertThat(influx.json(
                                "POST",
                                "/api/v2/authorizations",
                                request("read", measure).replace("buckets", "baskets"))
                        .body())
                .contains("unknown resource type for permission");
        assertThat(influx.json("POST", "/api/v2/authorizations", "[]").body())
                .contains("failed parsing request body as JSON");
        assertThat(influx.get("/api/v2/authorizations/0000000000000001").statusCode())
                .isEqualTo(404);
    }

    private String token(String action, String bucket) throws IOException {
        return make(request(action, bucket));
    }

    private String make(String request) throws IOException {
        HttpResponse<String> made = influx.json("POST", "/api/v2/authorizations", request);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return json.readTree(made.body()).path("token").asText();
    }

    private String request(String action, String bucket) {
        return "{\"orgID\":\"" + org + "\",\"permissions\":[{\"action\":\"" + action
                + "\",\"resource\":{\"type\":\"buckets\",\"id\":\"" + bucket + "\",\"orgID\":\"" + org + "\"}}]}";
    }

    private static String question(String bucket) {
        return "{\"query\":\"from(bucket: \\\"" + bucket + "\\\") |> range(start: 0) |> drop(columns: [\\\"_start\\\","
                + " \\\"_stop\\\", \\\"_time\\\"]) |> count()\"}";
    }
}
