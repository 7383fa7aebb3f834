package io.fogwhisk.image;

import java.util.Arrays;
import java.util.Locale;

/** A processor that the image can be made for, and what it is called by those who bring the parts. */
enum Architecture {
    /** 64-bit x86. */
    AMD64("amd64", "lib64/ld-linux-x86-64.so.2", "x86_64", "x86_64"),
    /** 64-bit ARM. */
    ARM64("arm64", "lib/ld-linux-aarch64.so.1", "aarch64", "aarch_64");

    private final String debian;
    private final String loader;
    private final String sqlite;
    private final String netty;

    Architecture(String debian, String loader, String sqlite, String netty) {
        this.debian = debian;
        this.loader = loader;
        this.sqlite = sqlite;
        this.netty = netty;
    }

    /** What Debian and container engines call it. */
    String debian() {
        return debian;
    }

    /** Where every program expects the dynamic loader, from the root of the file system. */
    String loader() {
        return loader;
    }

    /** The folder of its library in SQLite's jar. */
    String sqlite() {
        return sqlite;
    }

    /** The end of the name of its libraries in gRPC's jar. */
    String netty() {
        return netty;
    }

    /** The one that this program runs on. */
    static Architecture ofThisMachine() {
        return named(System.getProperty("os.arch").toLowerCase(Locale.ROOT));
    }

    /**
     * The one of that name.
     *
     * @throws ImageException if there is no such
     */
    static Architecture named(String name) {
        return switch (name) {
            case "amd64", "x86_64", "x64" -> AMD64;
            case "arm64", "aarch64" -> ARM64;
            default ->
                throw new ImageException("no image for the architecture '" + name + "', but for "
                        + Arrays.stream(values()).map(Architecture::debian).toList());
        };
    }
}
