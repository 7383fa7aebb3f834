package io.fogwhisk.lean.runtime;

import java.net.InetSocketAddress;

/**
 * A process of the sandbox that serves the container protocol on a port.
 *
 * @param process as the sandbox runs it
 * @param address that it was told to listen at
 */
record ProcessContainer(ChildProcess process, InetSocketAddress address) implements Container {

    @Override
    public ChildOutput output() {
        return process.output();
    }

    @Override
    public boolean alive() {
        return process.alive();
    }

    @Override
    public boolean overMemory() {
        return process.overMemory();
    }

    @Override
    public void watch() {
        process.watch();
    }

    @Override
    public void end() {
        process.end();
    }
}
