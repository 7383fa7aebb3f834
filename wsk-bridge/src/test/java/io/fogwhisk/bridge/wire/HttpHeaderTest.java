package io.fogwhisk.bridge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HttpHeaderTest {

    @Test
    void credentialsForAProxyAreNotHandedOn() {
        // When, Then
        assertThat(HttpHeader.isHopByHop("Proxy-Authorization")).isTrue();
        assertThat(HttpHeader.isHopByHop("X-Own")).isFalse();
    }
}
