package io.fogwhisk.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Fetches packages with all that they depend on, by the sources that this machine's {@code apt} knows, as if nothing were
 * installed. Needs no rights: what apt has to write down is in a folder of ours. Not thread-safe.
 */
final class DebianPackages {

    /** {@code Inst libc6 (2.36-9+deb12u14 Debian:12.11/oldstable [amd64])}. */
    private static final Pattern CHOSEN = Pattern.compile("(?m)^Inst (\\S+) \\((\\S+) ");

    private final Program programs;
    private final FileTree folder;
    private final Architecture architecture;

    /**
     * Packages of one architecture.
     *
     * @param folder for the state of apt and the packages; what is in it is used again
     */
    DebianPackages(Program programs, Path folder, Architecture architecture) {
        this.programs = programs;
        this.folder = new FileTree(folder);
        this.architecture = architecture;
    }

    /**
     * Fetches packages and everything they depend on, and returns their files in the order of their names.
     *
     * @param alone packages that are fetched without what they depend on
     * @throws ImageException if this machine has no apt, or it does not find a package
     */
    List<Path> fetch(List<String> names, List<String> alone) {
        folder.made();
        folder.write("status", "");
        for (String state : List.of("lists/partial", "archives/partial", "preferences.d")) {
            new FileTree(folder.root().resolve(state)).made();
        }
        if (architecture == Architecture.ofThisMachine() && hasLists(Path.of("/var/lib/apt/lists"))) {
            try {
                return fetch(names, alone, List.of());
            } catch (ImageException e) {
                // The machine's lists may name what its sources no longer have: ours are read anew.
                return fetch(names, alone, ownLists());
            }
        }
        return fetch(names, alone, ownLists());
    }

    private List<Path> fetch(List<String> names, List<String> alone, List<String> lists) {
        List<String> install = apt(lists, "install", "--yes", "--no-install-recommends");
        install.addAll(names);
        List<String> simulated = new ArrayList<>(install);
        simulated.add("--simulate");
        Matcher chosen = CHOSEN.matcher(programs.run(simulated));
        install.add("--download-only");
        programs.run(install);
        List<Path> files = new ArrayList<>();
        while (chosen.find()) {
            files.add(archive(chosen.group(1), chosen.group(2)));
        }
        for (String name : alone) {
            FileTree place = new FileTree(folder.root().resolve("alone").resolve(name)).fresh();
            programs.in(place.root()).run(apt(lists, "download", name));
            files.addAll(place.files());
        }
        return files.stream().sorted().toList();
    }

    /** Reads the lists of packages into our own folder and returns the options that point apt at them. */
    private List<String> ownLists() {
        List<String> lists = List.of("Dir::State::lists=" + folder.root().resolve("lists"));
        programs.run(apt(lists, "update"));
        return lists;
    }

    private List<String> apt(List<String> lists, String... command) {
        List<String> line = new ArrayList<>(List.of("apt-get", "-q"));
        List<String> settings = new ArrayList<>(List.of(
                "APT::Architecture=" + architecture.debian(),
                "APT::Architectures=" + architecture.debian(),
                "APT::Sandbox::User=" + System.getProperty("user.name"),
                "APT::Get::List-Cleanup=false",
                "Acquire::Retries=2",
                "Acquire::http::Timeout=20",
                "Acquire::https::Timeout=20",
                "Debug::NoLocking=1",
                "Dir::State::status=" + folder.root().resolve("status"),
                "Dir::Cache::archives=" + folder.root().resolve("archives"),
                "Dir::Cache::pkgcache=",
                "Dir::Cache::srcpkgcache="));
        settings.addAll(lists);
        for (String setting : settings) {
            line.add("-o");
            line.add(setting);
        }
        line.addAll(List.of(command));
        return line;
    }

    private Path archive(String name, String version) {
        String start = name.replaceFirst(":.*", "") + "_" + version.replace(":", "%3a") + "_";
        try (Stream<Path> files = Files.list(folder.root().resolve("archives"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(start))
                    .findFirst()
                    .orElseThrow(() -> new ImageException("apt did not fetch " + name + " " + version));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasLists(Path lists) {
        if (!Files.isDirectory(lists)) {
            return false;
        }
        try (Stream<Path> files = Files.list(lists)) {
            return files.anyMatch(file -> file.getFileName().toString().contains("_Packages"));
        } catch (IOException e) {
            return false;
        }
    }
}
