package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.KeyValueText;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.edge.client.CallbackServer;
import io.fogwhisk.edge.client.ClientStates;
import io.fogwhisk.edge.client.RequestForm;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.state.StateServer;
import io.fogwhisk.edge.state.StateStore;
import io.fogwhisk.edge.workflow.Workflow;
import io.fogwhisk.edge.workflow.WorkflowFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which functions a client calls as one. */
final class WorkflowOptions {

    @Option(
            names = "--chain-conf",
            paramLabel = "KEY=VALUE",
            defaultValue = "",
            description = "call a chain of functions: type=file,filename=FILE; type=make-template prints such a file")
    private String chainConf = "";

    @Option(
            names = "--dag-conf",
            paramLabel = "KEY=VALUE",
            defaultValue = "",
            description = "call a graph of functions: type=file,filename=FILE; type=make-template prints such a file")
    private String dagConf = "";

    @Option(
            names = "--callback-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "",
            description = "call asynchronously and take the results here; one thread only")
    private String callbackEndpoint = "";

    @Option(
            names = "--state-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "",
            description = "serve the states of the workflow here, instead of sending them along; one thread only")
    private String stateEndpoint = "";

    @Option(names = "--no-state-server", description = "somebody else serves the states at --state-endpoint")
    private boolean noStateServer;

    /** Checks what can be checked before anything is opened. */
    void check(int threads) {
        if (noStateServer && stateEndpoint.isEmpty()) {
            throw new ConfigException(List.of("--no-state-server needs --state-endpoint"));
        }
        if (threads > 1 && !callbackEndpoint.isEmpty()) {
            throw new ConfigException(List.of("--num-threads must be 1 with --callback-endpoint, was " + threads));
        }
        if (threads > 1 && !stateEndpoint.isEmpty()) {
            throw new ConfigException(List.of("--num-threads must be 1 with --state-endpoint, was " + threads));
        }
        if (!stateEndpoint.isEmpty() && chainConf.isEmpty() && dagConf.isEmpty()) {
            throw new ConfigException(
                    List.of("--state-endpoint needs --chain-conf or --dag-conf, which say the states"));
        }
    }

    /** Where results come, if they do not come as answers. */
    Optional<CallbackServer> callbacks(ServiceGroup services, EdgeTransport transport) {
        if (callbackEndpoint.isEmpty()) {
            return Optional.empty();
        }
        Listen listen = Listen.parse("--callback-endpoint", callbackEndpoint);
        return Optional.of(services.own(new CallbackServer(transport, listen.host(), listen.port())));
    }

    /**
     * The form of the requests; with the states, which are served from now on if they are not sent along.
     *
     * @param peer whom the requests go to, {@code host:port}
     */
    RequestForm form(
            Optional<WorkflowFile> file,
            String lambda,
            boolean dry,
            String peer,
            ServiceGroup services,
            EdgeTransport transport) {
        if (file.isEmpty()) {
            return RequestForm.of(lambda, dry);
        }
        RequestForm form = RequestForm.of(file.get().workflow());
        if (stateEndpoint.isEmpty()) {
            return form.embeddedStates(file.get());
        }
        Listen listen = Listen.parse("--state-endpoint", stateEndpoint);
        String endpoint = stateEndpoint;
        if (!noStateServer) {
            StateServer server = services.start(
                    new StateServer(transport, listen.host(), listen.port(), new StateStore(StateStore.MAX_BYTES)));
            server.announceAs(Optional.empty(), peer);
            endpoint = server.endpoint();
        }
        ClientStates.put(transport, endpoint, file.get());
        return form.statesAt(endpoint, file.get());
    }

    /** What {@code type=make-template} asks for. */
    Optional<String> template() {
        if (isTemplate("--chain-conf", chainConf)) {
            return Optional.of(WorkflowFile.CHAIN_TEMPLATE);
        }
        return isTemplate("--dag-conf", dagConf) ? Optional.of(WorkflowFile.DAG_TEMPLATE) : Optional.empty();
    }

    /** The workflow to call, if there is one. */
    Optional<WorkflowFile> file() {
        if (!chainConf.isEmpty() && !dagConf.isEmpty()) {
            throw new ConfigException(List.of("--chain-conf and --dag-conf exclude each other: give one of them"));
        }
        Optional<WorkflowFile> file = read();
        if (callbackEndpoint.isEmpty()
                && file.isPresent()
                && file.get().workflow().size() > 1) {
            throw new ConfigException(List.of(
                    "--callback-endpoint is needed for a workflow of several functions: its result comes there"));
        }
        return file;
    }

    private Optional<WorkflowFile> read() {
        if (!chainConf.isEmpty()) {
            WorkflowFile file = read("--chain-conf", chainConf);
            if (!(file.workflow() instanceof Workflow.Chain)) {
                throw new ConfigException(List.of("--chain-conf: the file describes a graph, use --dag-conf"));
            }
            return Optional.of(file);
        }
        if (!dagConf.isEmpty()) {
            WorkflowFile file = read("--dag-conf", dagConf);
            if (!(file.workflow() instanceof Workflow.Dag)) {
                throw new ConfigException(List.of("--dag-conf: the file describes a chain, use --chain-conf"));
            }
            return Optional.of(file);
        }
        return Optional.empty();
    }

    private static boolean isTemplate(String option, String text) {
        return KeyValueText.parse(option, text).text("type", "").equals("make-template");
    }

    private static WorkflowFile read(String option, String text) {
        KeyValueText conf = KeyValueText.parse(option, text);
        String type = conf.text("type", "");
        String filename = conf.text("filename", "");
        if (!type.equals("file")) {
            conf.fault("type", "must be file or make-template, was '" + type + "'");
        }
        if (filename.isEmpty()) {
            conf.fault("filename", "must name a file");
        }
        conf.check();
        return WorkflowFile.read(Path.of(filename));
    }
}
