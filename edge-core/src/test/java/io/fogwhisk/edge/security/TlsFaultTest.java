package io.fogwhisk.edge.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsFaultTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Network closed for unknown reason",
                "io exception (recvAddress(..) failed with error(-104): Connection reset by peer)",
                "io exception (sendAddress(..) failed with error(-32): Broken pipe)"
            })
    void aPeerThatHangsUpMaySpeakTlsHoweverTheSocketTellsOfIt(String description) {
        assertThat(TlsFault.explanation(description).orElseThrow())
                .contains("--secure")
                .contains(description);
    }

    @Test
    void aRefusedConnectionHasNothingToDoWithTls() {
        assertThat(TlsFault.explanation("io exception (Connection refused: /127.0.0.1:6473)"))
                .isEmpty();
    }
}
