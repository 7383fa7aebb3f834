package io.fogwhisk.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The files that a program needs to start at all, and those of the languages asked for: unpacked packages without what
 * nobody reads in a container, and without links, since the layers of the image have none. Not thread-safe.
 */
final class RootFileSystem {

    /** Not needed to run anything; licences stay. */
    private static final Pattern LEFT_OUT = Pattern.compile("usr/share/doc/.*(?<!/copyright)"
            + "|usr/share/(man|locale|info|lintian|bash-completion|doc-base|menu|perl5|applications|pixmaps|bug|debconf"
            + "|debianutils|readline|gdb|gcc|nodejs/.*/(test|docs)|ca-certificates)/.*"
            + "|(usr/)?lib/[^/]*/(gconv|audit)/.*|(usr/)?lib/[^/]*/(libmemusage|libpcprofile)\\.so"
            + "|usr/lib/python3[^/]*/(test|idlelib|tkinter|turtledemo|ensurepip|lib2to3|config-[^/]*)/.*"
            + "|usr/(include|games|lib/locale|lib/systemd)/.*|lib/systemd/.*|var/.*|etc/(?!python3).*");

    /** What packages depend on in order to be installed, which they are not here. */
    private static final Pattern INSTALLERS = Pattern.compile("(dpkg|tar|debconf|perl-base|install-info)_.*");

    /** One link may lead to another, not for ever. */
    private static final int LINKS = 20;

    private static final String SHARED_LIBRARY = ".so";

    private final Program programs;
    private final FileTree unpacked;
    private final FileTree root;

    /**
     * A file system in a folder.
     *
     * @param unpacked where packages are unpacked to
     * @param root the folder that becomes the root of the image
     */
    RootFileSystem(Program programs, Path unpacked, Path root) {
        this.programs = programs;
        this.unpacked = new FileTree(unpacked);
        this.root = new FileTree(root);
    }

    /**
     * Makes the file system of packages.
     *
     * @param archives of the packages
     * @throws ImageException if one cannot be unpacked, or none of them brings the loader of programs
     */
    FileTree make(List<Path> archives, Architecture architecture) {
        unpacked.fresh();
        root.fresh();
        for (Path archive : archives) {
            if (!INSTALLERS.matcher(archive.getFileName().toString()).matches()) {
                programs.run(List.of(
                        "dpkg-deb",
                        "--extract",
                        archive.toString(),
                        unpacked.root().toString()));
            }
        }
        for (Path file : unpacked.files()) {
            String name = unpacked.root().relativize(file).toString();
            if (!LEFT_OUT.matcher(name).matches() && !isLongName(file)) {
                real(file).filter(Files::isRegularFile).ifPresent(content -> root.copy(content, name));
            }
        }
        if (!Files.exists(root.root().resolve(architecture.loader()))) {
            Path loader = Path.of(architecture.loader());
            Path found = unpacked.files().stream()
                    .filter(file -> file.endsWith(loader.getFileName()))
                    .findFirst()
                    .flatMap(this::real)
                    .orElseThrow(() -> new ImageException("no package brought " + loader));
            root.copy(found, architecture.loader());
        }
        describeUsers();
        trustAuthorities();
        unpacked.delete();
        return root;
    }

    private void describeUsers() {
        root.write(
                "etc/passwd",
                "root:x:0:0:root:/root:/usr/sbin/nologin\n"
                        + "fogwhisk:x:" + ContainerImage.USER + ":" + ContainerImage.USER
                        + ":fogwhisk:/data:/usr/sbin/nologin\n");
        root.write("etc/group", "root:x:0:\nfogwhisk:x:" + ContainerImage.USER + ":\n");
        root.write("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
    }

    /** What the package of authorities would do when it is installed; OpenSSL looks for the file under this name. */
    private void trustAuthorities() {
        FileTree authorities = new FileTree(unpacked.root().resolve("usr/share/ca-certificates/mozilla"));
        StringBuilder all = new StringBuilder();
        try {
            for (Path certificate : authorities.files()) {
                all.append(Files.readString(certificate).strip()).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!all.isEmpty()) {
            root.write("usr/lib/ssl/cert.pem", all.toString());
        }
    }

    /** {@code libz.so.1.2.13} beside a link {@code libz.so.1} to it: programs ask for the short name, which is enough. */
    private boolean isLongName(Path file) {
        String name = file.getFileName().toString();
        if (!name.contains(SHARED_LIBRARY) || Files.isSymbolicLink(file)) {
            return false;
        }
        int end = name.indexOf(SHARED_LIBRARY) + SHARED_LIBRARY.length();
        for (int dot = name.indexOf('.', end + 1); dot > 0; dot = name.indexOf('.', dot + 1)) {
            Path link = file.resolveSibling(name.substring(0, dot));
            if (Files.isSymbolicLink(link) && real(link).filter(file::equals).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** What a link stands for inside the unpacked packages; empty if that is not there. */
    private Optional<Path> real(Path file) {
        Path current = file;
        try {
            for (int link = 0; Files.isSymbolicLink(current); link++) {
                if (link == LINKS) {
                    return Optional.empty();
                }
                Path target = Files.readSymbolicLink(current);
                current = target.isAbsolute()
                        ? unpacked.root().resolve(Path.of("/").relativize(target))
                        : current.resolveSibling(target).normalize();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Files.exists(current, LinkOption.NOFOLLOW_LINKS) ? Optional.of(current) : Optional.empty();
    }
}
