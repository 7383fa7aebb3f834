package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.HttpRole;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailedAnswerTest {

    private static final int MORE_THAN_IS_HELD_BACK = 5_000;

    static Stream<Throwable> failures() {
        return Stream.of(new IllegalStateException("a bug"), new OutOfMemoryError("no room"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anAnswerThatFailsWhileItIsSentEndsWithTheError(Throwable failure) throws Exception {
        assertThat(body(MORE_THAN_IS_HELD_BACK, failure)).startsWith("200 ").endsWith("""
                \r
                #datatype,string,string\r
                #group,true,true\r
                #default,,\r
                ,error,reference\r
                ,an internal error has occurred,\r
                """);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anAnswerThatFailsBeforeItIsSentIsAnError(Throwable failure) throws Exception {
        assertThat(body(1, failure)).startsWith("500 ").contains("\"code\":\"internal error\"");
    }

    private static String body(int rows, Throwable failure) throws Exception {
        try (HttpHost host = new HttpHost()) {
            host.start();
            HttpRole role = new HttpRole(
                    "test",
                    "127.0.0.1",
                    0,
                    config -> config.routes.get(
                            "/",
                            ctx -> QueryEndpoint.answer(ctx, Dialect.DEFAULT, sink -> {
                                Column column = new Column("n", ColumnType.INT, false);
                                sink.result("_result");
                                sink.table(List.of(column), new Object[1]);
                                for (long i = 0; i < rows; i++) {
                                    sink.row(new Object[] {i});
                                }
                                if (failure instanceof Error error) {
                                    throw error;
                                }
                                throw (RuntimeException) failure;
                            })));
            try (HttpHost.Port port = host.open(role)) {
                HttpResponse<String> response = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.number() + "/"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                return response.statusCode() + " " + response.body();
            }
        }
    }
}
