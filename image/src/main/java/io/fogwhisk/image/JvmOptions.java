package io.fogwhisk.image;

import java.util.List;

/** How the JVM of a container is started: as by the script {@code fogwhisk}, as far as it fits a container. */
final class JvmOptions {

    private JvmOptions() {}

    /**
     * The lines of a file for {@code -XX:Flags}. A container's {@code JDK_JAVA_OPTIONS} wins over them, as it would not
     * over options of the command line.
     */
    static String flags() {
        return String.join(
                "\n",
                "InitialHeapSize=33554432",
                // Half of what the container may take: the other half is for what is not heap, and for files in memory.
                "MaxRAMPercentage=50",
                "+UseSerialGC",
                "TrimNativeHeapInterval=10000",
                "Tier4InvocationThreshold=25000",
                "Tier4MinInvocationThreshold=3000",
                "Tier4CompileThreshold=75000",
                "Tier4BackEdgeThreshold=200000",
                "-UsePerfData",
                // Whoever runs the container starts it again, and nothing acknowledged is lost.
                "+ExitOnOutOfMemoryError",
                "");
    }

    /**
     * The lines of a file for {@code @}: the class path, where native libraries are, and how much memory Netty takes at
     * a time.
     *
     * @param jars the file names of the class path, in its order
     */
    static String arguments(List<String> jars) {
        String folder = ContainerImage.HOME + "/lib/";
        String natives = ContainerImage.HOME + "/native";
        return String.join(
                "\n",
                "-Djava.library.path=" + natives,
                "-Dorg.sqlite.lib.path=" + natives,
                "-Dio.netty.allocator.maxOrder=6",
                "-Dio.grpc.netty.shaded.io.netty.allocator.maxOrder=6",
                "-cp",
                folder + String.join(":" + folder, jars),
                "");
    }
}
