package io.fogwhisk.launcher.edge;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fogwhisk.bridge.client.DomainClient;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Whether each call through the edge domain is a line in the log. */
final class CallLogOption {

    @Option(
            names = "--verbose",
            description = "log each call: lambda, retcode, responder, hops and load of the responder")
    private boolean verbose;

    /** Turns the log on if it is asked for. */
    void apply() {
        if (verbose && LoggerFactory.getLogger(DomainClient.CALL_LOG) instanceof Logger calls) {
            calls.setLevel(Level.DEBUG);
        }
    }
}
