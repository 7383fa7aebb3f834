package io.fogwhisk.lean.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The programs of the system that take rights away from a command before it starts, each replaced by the next one, so that
 * the process that was started is the command itself in the end.
 *
 * @param root whether this server may become another user
 * @param setsid its own session, so that what it starts can be told, and a terminal's interrupt does not reach it
 * @param prlimit bounds on processes and files
 * @param setpriv another user, no way to more rights, and an end with the server's own
 * @param unshare no network
 */
record SandboxTools(
        boolean root, Optional<Path> setsid, Optional<Path> prlimit, Optional<Path> setpriv, Optional<Path> unshare) {

    private static final int MAX_PROCESSES = 256;
    private static final int MAX_FILES = 1_024;
    private static final List<String> FOLDERS = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin");

    /** What this machine has. */
    static SandboxTools find() {
        return new SandboxTools(isRoot(), find("setsid"), find("prlimit"), find("setpriv"), find("unshare"));
    }

    /** Whether children can run under a user id of their own. */
    boolean ownUsers() {
        return root && setpriv.isPresent();
    }

    /** What cannot be held here, for the log. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!ownUsers()) {
            missing.add("a user of its own per action");
        }
        if (setpriv.isEmpty()) {
            missing.add("no new privileges, an end with the server");
        }
        if (prlimit.isEmpty() || !root) {
            missing.add("a limit on processes held by the system");
        }
        return missing;
    }

    /**
     * The whole command line.
     *
     * @param user to run under
     * @param network whether it may use the network
     */
    List<String> wrap(List<String> command, OptionalInt user, boolean network) {
        List<String> line = new ArrayList<>();
        setsid.ifPresent(tool -> line.add(tool.toString()));
        if (!network) {
            line.add(unshare.map(Path::toString).orElse("unshare"));
            line.add("--net");
            if (!root) {
                line.add("--map-root-user");
            }
            line.add("--");
        }
        prlimit.ifPresent(tool -> {
            line.add(tool.toString());
            // Counted per user: as the server's own user it would count the server's processes, too.
            if (user.isPresent()) {
                line.add("--nproc=" + MAX_PROCESSES);
            }
            line.add("--nofile=" + MAX_FILES);
            line.add("--core=0");
            line.add("--");
        });
        setpriv.ifPresent(tool -> {
            line.add(tool.toString());
            user.ifPresent(id -> line.addAll(as(id)));
            line.addAll(List.of("--no-new-privs", "--pdeathsig", "KILL", "--"));
        });
        line.addAll(command);
        return line;
    }

    /** The command that ends whatever runs under a user. */
    List<String> killAll(int user) {
        if (user < ChildUsers.FIRST || user >= ChildUsers.END) {
            throw new IllegalArgumentException("not a user id of a child: " + user);
        }
        List<String> line = new ArrayList<>();
        line.add(setpriv.orElseThrow().toString());
        line.addAll(as(user));
        line.addAll(List.of("--", "/bin/sh", "-c", "kill -9 -1"));
        return line;
    }

    private static List<String> as(int user) {
        return List.of("--reuid", Integer.toString(user), "--regid", Integer.toString(user), "--clear-groups");
    }

    private static Optional<Path> find(String name) {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static boolean isRoot() {
        try {
            Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            return user.equals(0);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
