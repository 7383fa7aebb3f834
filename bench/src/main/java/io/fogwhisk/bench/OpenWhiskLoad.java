package io.fogwhisk.bench;

import picocli.CommandLine.Command;

/** The measurements of the OpenWhisk alone. */
@Command(
        name = "openwhisk",
        description = "Measures the OpenWhisk alone: blocking invocations (invoke), trigger to stored action (fire).",
        mixinStandardHelpOptions = true,
        subcommands = {InvokeLoad.class, FireLoad.class})
final class OpenWhiskLoad {}
