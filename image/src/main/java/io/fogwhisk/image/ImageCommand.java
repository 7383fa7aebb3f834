package io.fogwhisk.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code ./fogwhisk image}: makes the container image of all roles, without an engine and without root. */
@Command(
        name = "image",
        description =
                "Makes the container image of all roles, as a file for 'docker load' and 'ctr image import'. Needs a"
                        + " JDK and, unless -Djib.from.image is given, apt and dpkg-deb; neither root nor a container engine.",
        mixinStandardHelpOptions = true)
public final class ImageCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--home", hidden = true, description = "The project's folder.")
    private Path home = Path.of(".");

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description = "amd64 or arm64; by default this machine's. Another one needs --jdk.")
    private @Nullable String architecture;

    @Option(
            names = "--jdk",
            paramLabel = "DIR",
            description = "The JDK that the image's Java is linked from, with its folder jmods, for the image's"
                    + " architecture; by default the one that runs this.")
    private @Nullable Path jdk;

    @Option(
            names = "--with",
            paramLabel = "LANGUAGE",
            split = ",",
            description = "nodejs, python3: also what runs actions in these languages.")
    private List<String> languages = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to write; by default image/target/fogwhisk-VERSION-ARCH.tar.")
    private @Nullable Path output;

    @Option(
            names = "--push",
            paramLabel = "IMAGE",
            description = "Writes to that name in a registry instead, with the logins of your Docker client, or, after"
                    + " docker://, to the engine of this machine.")
    private @Nullable String push;

    @Option(
            names = "-D",
            paramLabel = "jib.from.image=IMAGE",
            description =
                    "Puts FogWhisk on an image that brings a Java 17 or newer, from a registry, or after docker:// or"
                            + " tar://.")
    private Map<String, String> properties = Map.of();

    @Option(
            names = "--check",
            description =
                    "Makes the image a second time, from the start and in another folder, and fails unless both are"
                            + " the same, byte by byte.")
    private boolean check;

    private ImageCommand() {}

    /** Makes the image and ends the process: 0 made, 1 failed, 2 wrong usage. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Makes the image and returns the exit code: 0 made, 1 failed, 2 wrong usage. */
    static int run(String... arguments) {
        CommandLine line = new CommandLine(new ImageCommand());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("fogwhisk: " + failure.getMessage());
            return 1;
        });
        return line.execute(arguments);
    }

    @Override
    public Integer call() throws IOException {
        if (check && push != null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--check compares files: leave out --push");
        }
        Path target = home.resolve("image/target").toAbsolutePath().normalize();
        PrintWriter out = spec.commandLine().getOut();
        ImagePlan plan = plan(target, Optional.ofNullable(output));
        String digest = new ImageBuild(plan, out::println).make();
        plan.target()
                .file()
                .ifPresentOrElse(
                        file -> out.printf("%s%n%s %s%n", file, plan.target().name(), digest),
                        () -> out.printf("%s %s%n", plan.target().name(), digest));
        out.flush();
        return check ? again(plan, target, out) : 0;
    }

    private int again(ImagePlan plan, Path target, PrintWriter out) throws IOException {
        Path first = plan.target().file().orElseThrow();
        FileTree other = new FileTree(target.resolve("check")).fresh();
        for (Path jar : new FileTree(plan.jars()).files()) {
            Files.copy(
                    jar,
                    new FileTree(other.root().resolve("jars")).made().root().resolve(jar.getFileName()));
        }
        Path second = other.root().resolve("again.tar");
        ImagePlan repeated = new ImagePlan(
                plan.version(),
                other.root().resolve("jars"),
                other.root().resolve("work"),
                plan.architecture(),
                plan.jdk(),
                plan.languages(),
                plan.from(),
                Optional.empty(),
                Optional.of(second));
        new ImageBuild(repeated, line -> {}).make();
        boolean same = Files.mismatch(first, second) < 0;
        out.println(same ? "made again: the same, byte by byte" : "made again: " + second + " differs from " + first);
        out.flush();
        if (same) {
            other.delete();
        }
        return same ? 0 : 1;
    }

    private ImagePlan plan(Path target, Optional<Path> file) {
        Architecture wanted = architecture == null ? Architecture.ofThisMachine() : Architecture.named(architecture);
        return new ImagePlan(
                version(),
                home.resolve("launcher/target/lib").toAbsolutePath().normalize(),
                target,
                wanted,
                jdk == null ? Path.of(System.getProperty("java.home")) : jdk,
                languages.stream().map(Language::named).toList(),
                properties.getOrDefault("jib.from.image", "scratch"),
                Optional.ofNullable(push),
                file);
    }

    private static String version() {
        Properties properties = new Properties();
        try (InputStream in = ImageCommand.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
