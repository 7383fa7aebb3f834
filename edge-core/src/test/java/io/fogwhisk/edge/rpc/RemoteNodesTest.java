package io.fogwhisk.edge.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.security.EdgeSecurity;
import io.fogwhisk.edge.security.SecuredNode;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RemoteNodesTest {

    private final NetworkLoop network = new NetworkLoop("test", 1);
    private final SecuredNode security = new SecuredNode(EdgeSecurity.NONE, Clock.systemUTC());
    private final RemoteNodes nodes =
            new RemoteNodes(3, to -> new RemoteNode(to, network, security.channel(), security));

    @AfterEach
    void close() {
        nodes.close();
        network.close();
    }

    @Test
    void keepsOneChannelForEachNode() {
        assertThat(nodes.to("h:1")).isSameAs(nodes.to("h:1"));
        assertThat(nodes.to("h:2")).isNotSameAs(nodes.to("h:1"));
    }

    @Test
    void givesUpTheChannelThatWasNotUsedForLongest() {
        // Given
        nodes.to("h:1");
        nodes.to("h:2");
        nodes.to("h:3");
        nodes.to("h:1").channel();

        // When
        nodes.to("h:4");

        // Then
        assertThat(nodes.size()).isEqualTo(3);
        assertThat(nodes.known("h:2")).isNull();
        assertThat(nodes.known("h:1")).isNotNull();
    }

    @Test
    void keepsNothingForWhatIsNoEndpoint() {
        assertThatThrownBy(() -> nodes.to("nonsense"))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("nonsense");
        assertThat(nodes.size()).isZero();
    }
}
