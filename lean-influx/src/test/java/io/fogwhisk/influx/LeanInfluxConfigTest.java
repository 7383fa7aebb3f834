package io.fogwhisk.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeanInfluxConfigTest {

    @Test
    void neverShowsTheToken() {
        assertThat(config(8086, "influxdata", List.of("measure"), "s3cret").toString())
                .contains("influxdata", "measure", "8086")
                .doesNotContain("s3cret");
    }

    @Test
    void namesTheValueThatIsWrong() {
        assertThatThrownBy(() -> config(70_000, "o", List.of("b"), "t"))
                .hasMessageContaining("port must be 0 to 65535");
        assertThatThrownBy(() -> config(0, " ", List.of("b"), "t")).hasMessageContaining("org");
        assertThatThrownBy(() -> config(0, "o", List.of(), "t")).hasMessageContaining("at least one bucket");
        assertThatThrownBy(() -> config(0, "o", List.of("b", "b"), "t")).hasMessageContaining("different");
        assertThatThrownBy(() -> config(0, "o", List.of("b"), "")).hasMessageContaining("token must not be blank");
    }

    private static LeanInfluxConfig config(int port, String org, List<String> buckets, String token) {
        return new LeanInfluxConfig("127.0.0.1", port, Path.of("data"), org, buckets, token, Duration.ofMillis(2));
    }
}
