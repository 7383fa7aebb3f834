package io.fogwhisk.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Makes one image from the jars of a build. What takes long and does not change is kept beside it and used again. */
final class ImageBuild {

    /** Debian's runtime of C and C++ and its compression: what a Java runtime of Debian's or any other needs. */
    private static final List<String> NEEDED = List.of("libc6", "libgcc-s1", "libstdc++6", "zlib1g");

    private static final String SCRATCH = "scratch";

    private final ImagePlan plan;
    private final Program programs;
    private final Consumer<String> say;

    /**
     * A build that says what it does.
     *
     * @param say takes a line
     */
    ImageBuild(ImagePlan plan, Consumer<String> say) {
        this.plan = plan;
        this.say = say;
        this.programs = new Program(new FileTree(plan.work()).made().root(), Duration.ofMinutes(5));
    }

    /**
     * Makes the image and returns its digest.
     *
     * @throws ImageException if something for it is missing or fails
     */
    String make() {
        Path parts = plan.work().resolve("parts-" + plan.name());
        Libraries libraries = new Libraries(plan.jars(), parts, plan.architecture());
        libraries.make();
        FileTree starting = new FileTree(parts.resolve("start")).fresh();
        starting.write("jvm.flags", JvmOptions.flags());
        starting.write("java.options", JvmOptions.arguments(libraries.classPath()));

        ContainerImage image =
                new ContainerImage(plan.architecture(), plan.work().resolve("cache"));
        Map<String, String> labels = new TreeMap<>();
        labels.put("org.opencontainers.image.title", "FogWhisk");
        labels.put("org.opencontainers.image.version", plan.version());
        labels.put("org.opencontainers.image.licenses", "Apache-2.0");
        if (plan.from().equals(SCRATCH)) {
            addSystem(image, parts, labels);
        }
        image.withFolders(new FileTree(parts.resolve("empty")).fresh());
        add(image, "libraries", libraries.others(), ContainerImage.HOME + "/lib");
        add(image, "native libraries", libraries.natives(), ContainerImage.HOME + "/native");
        add(image, "FogWhisk", libraries.ours(), ContainerImage.HOME + "/lib");
        image.with(starting, ContainerImage.HOME);
        return image.write(plan.from(), plan.target(), labels);
    }

    private void addSystem(ContainerImage image, Path parts, Map<String, String> labels) {
        JavaRuntime java = new JavaRuntime(programs, plan.jdk());
        if (java.architecture() != plan.architecture()) {
            throw new ImageException("the JDK in " + plan.jdk() + " is for "
                    + java.architecture().debian() + "; name one for "
                    + plan.architecture().debian() + " with --jdk");
        }
        List<String> names = new ArrayList<>(NEEDED);
        plan.languages().forEach(language -> names.add(language.debian()));
        List<String> alone = plan.languages().isEmpty() ? List.of() : List.of("ca-certificates");
        List<Path> packages = new DebianPackages(
                        programs,
                        plan.work().resolve("apt-" + plan.architecture().debian()),
                        plan.architecture())
                .fetch(names, alone);
        FileTree root = new RootFileSystem(programs, parts.resolve("unpacked"), parts.resolve("root"))
                .make(packages, plan.architecture());
        add(image, "system (" + packages.size() + " packages)", root, "");

        FileTree runtime = java.link(parts.resolve("java"));
        add(image, "Java " + java.version(), runtime, ContainerImage.JAVA);
        labels.put("io.fogwhisk.java", java.version());
        labels.put(
                "io.fogwhisk.packages",
                String.join(
                        " ",
                        packages.stream()
                                .map(file -> file.getFileName().toString().replace("%3a", ":"))
                                .map(file -> file.replaceFirst("_[^_]*\\.deb$", ""))
                                .toList()));
    }

    private void add(ContainerImage image, String what, FileTree tree, String target) {
        say.accept(String.format("%-32s %6.1f MB", what, tree.bytes() / 1e6));
        image.with(tree, target);
    }
}
