package io.fogwhisk.edge.etsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.controller.ComputerNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContextBalancerTest {

    private final ContextBalancer balancer = new ContextBalancer();

    @Test
    void makesTheFirstComputerOfALambdaItsDefaultWhileItRunsIt() {
        // Given
        balancer.announced(new ComputerNode("a:1", Set.of("f")));
        balancer.announced(new ComputerNode("b:1", Set.of("f", "g")));
        assertThat(balancer.defaults()).isEqualTo(Map.of("f", "a:1", "g", "b:1"));

        // When
        balancer.announced(new ComputerNode("a:1", Set.of("g")));

        // Then
        assertThat(balancer.defaults()).isEqualTo(Map.of("f", "b:1", "g", "b:1"));

        // When
        balancer.removed("b:1");

        // Then
        assertThat(balancer.defaults()).isEqualTo(Map.of("g", "a:1"));
    }

    @Test
    void putsTheLargestGroupsFirstOnTheComputerWithFewest() {
        // Given
        balancer.announced(new ComputerNode("a:1", Set.of("f", "g")));
        balancer.announced(new ComputerNode("b:1", Set.of("f")));

        // When: three of x, two of y and one of z for f, one of x for g, and one for what nobody runs
        List<Association> balanced = balancer.balance(List.of(
                context("z", "f"),
                context("x", "f"),
                context("y", "f"),
                context("x", "g"),
                context("x", "f"),
                context("y", "f"),
                context("x", "unknown"),
                context("x", "f")));

        // Then: a has 3, b has 2; z goes to b (3, tie), g can only go to a
        assertThat(balanced)
                .containsExactly(
                        new Association("x", "f", "a:1"),
                        new Association("y", "f", "b:1"),
                        new Association("z", "f", "b:1"),
                        new Association("x", "g", "a:1"));
    }

    private static Association context(String client, String lambda) {
        return new Association(client, lambda, "");
    }
}
