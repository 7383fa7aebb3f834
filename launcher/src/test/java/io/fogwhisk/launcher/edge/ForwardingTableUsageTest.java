package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.launcher.Fogwhisk;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ForwardingTableUsageTest {

    @Test
    void aDestinationThatIsNoEndpointIsWrongUsage() {
        // Given
        StringWriter err = new StringWriter();
        CommandLine line = Fogwhisk.commandLine().setErr(new PrintWriter(err));

        // When
        int code = line.execute(
                "forwarding-table", "--server-endpoint", "127.0.0.1:1", "--action", "change", "--destination", "here");

        // Then
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("--destination must be host:port, was 'here'");
    }
}
