package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.RunningInflux;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryTest {

    private static final String SCRIPT = "from(bucket:\\\"measure\\\") |> range(start: 0, stop: 10) |> last()"
            + " |> drop(columns: [\\\"_start\\\", \\\"_stop\\\"])";

    private RunningInflux influx;

    @BeforeAll
    void writeAPoint(@TempDir Path folder) {
        influx = new RunningInflux(folder);
        assertThat(influx.write("m,a=x;y value=0.25 1").statusCode()).isEqualTo(204);
    }

    @AfterAll
    void close() {
        influx.close();
    }

    @Test
    void namesTheResultInEachRowWhenThereAreNoAnnotations() {
        assertThat(ask("{\"query\":\"" + SCRIPT + "\"}").body()).isEqualTo("""
                        ,result,table,_time,_value,_field,_measurement,a
                        ,_result,0,1970-01-01T00:00:01Z,0.25,value,m,x;y

                        """.replace("\n", "\r\n"));
    }

    @Test
    void takesFluxAsTheBody() {
        HttpResponse<String> response = influx.post(
                "/api/v2/query?org=influxdata",
                SCRIPT.replace("\\\"", "\"").getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/vnd.flux; charset=utf-8");

        assertThat(response.body()).startsWith(",result,table,_time").contains(",_result,0,");
    }

    @Test
    void takesJsonWhateverItsContentTypeIs() {
        HttpResponse<String> response = influx.post(
                "/api/v2/query?org=influxdata&bucket=measure&pretty=true",
                ("{\"query\":\"" + SCRIPT + " |> yield(name: \\\"mean\\\")\"}").getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/csv");

        assertThat(response.body()).contains("\r\n,mean,0,");
    }

    @Test
    void followsTheDialect() {
        assertThat(ask("{\"query\":\"" + SCRIPT + "\",\"type\":\"flux\",\"params\":{},\"extern\":null,\"dialect\":"
                                + "{\"header\":false,\"delimiter\":\";\",\"commentPrefix\":\"#\","
                                + "\"annotations\":[\"group\",\"datatype\"],\"dateTimeFormat\":\"RFC3339Nano\"}}")
                        .body())
                .isEqualTo("""
                        #group;false;false;false;false;true;true;true
                        #datatype;string;long;dateTime:RFC3339Nano;double;string;string;string
                        ;_result;0;1970-01-01T00:00:01Z;0.25;value;m;"x;y"

                        """.replace("\n", "\r\n"));
    }

    @Test
    void takesNowFromTheRequest() {
        assertThat(
                        ask("{\"now\":\"1970-01-01T00:00:02Z\",\"query\":\"from(bucket:\\\"measure\\\") |> range(start: -5s)\"}")
                                .body())
                .contains(",1969-12-31T23:59:57Z,1970-01-01T00:00:02Z,1970-01-01T00:00:01Z,0.25,");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|request body requires the key query",
                "not json|failed parsing request body as JSON",
                "{'query':'x','type':'influxql'}|unknown query type: influxql",
                "{'query':'x','params':{'a':1}}|params of a query are not supported",
                "{'query':'x','extern':{'type':'File'}}|extern of a query are not supported",
                "{'query':'x','dialect':{'delimiter':'ab'}}|invalid dialect delimiter",
                "{'query':'x','dialect':{'annotations':['colour']}}|unknown dialect annotation type: colour",
                "{'query':'x','dialect':{'commentPrefix':'//'}}|invalid dialect comment prefix",
                "{'query':'x','dialect':{'dateTimeFormat':'ISO'}}|unknown dialect date time format: ISO",
                "{'query':'x','now':'noon'}|invalid now: noon"
            })
    void saysWhatOfTheRequestIsWrong(String body, String message) {
        HttpResponse<String> response = ask(body.replace('\'', '"'));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"code\":\"invalid\"").contains(message);
    }

    @Test
    void knowsOnlyItsOrganisation() {
        HttpResponse<String> response = influx.post("/api/v2/query?org=nobody", new byte[0]);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("organization name \\\"nobody\\\" not found");
    }

    @Test
    void answersWithMoreThanItHoldsBack() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            lines.append("wide value=").append(i).append(' ').append(i + 100).append('\n');
        }
        influx.write(lines.toString());

        String body = influx.query("from(bucket: \"measure\") |> range(start: 0, stop: 5000)"
                        + " |> filter(fn: (r) => r._measurement == \"wide\")")
                .body();

        assertThat(body.lines().filter(line -> line.startsWith(",,0,"))).hasSize(2_000);
        assertThat(body).endsWith(",value,wide\r\n\r\n");
    }

    private HttpResponse<String> ask(String json) {
        return influx.post(
                "/api/v2/query?org=influxdata",
                json.getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json");
    }
}
