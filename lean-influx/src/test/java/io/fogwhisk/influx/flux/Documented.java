package io.fogwhisk.influx.flux;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * An example of InfluxDB's documentation: a script and the annotated CSV that InfluxDB answers, from the files of the
 * folder {@code documented}. A section of a file is a line {@code === name}, a line {@code source: page}, perhaps a line
 * {@code note:} on what was completed and by which rule, the script, a line {@code ---} and the answer with bare line
 * feeds. What stands before the first section is a line {@code points: bucket} and the points the scripts read, as line
 * protocol with timestamps in seconds.
 *
 * @param file the name of the file without its ending
 * @param name what the example shows, unique among all files
 * @param source the page of the documentation
 */
record Documented(String file, String name, String source, String script, String answer) {

    /** Points that the scripts of a file read from a bucket of the documentation. */
    record Points(String bucket, String lines) {}

    static List<Documented> sections() throws IOException {
        List<Documented> sections = new ArrayList<>();
        for (Path file : files()) {
            String name = file.getFileName().toString().replace(".txt", "");
            List<String> parts = parts(file);
            for (String part : parts.subList(1, parts.size())) {
                sections.add(section(name, part));
            }
        }
        return sections;
    }

    static List<Points> points() throws IOException {
        List<Points> points = new ArrayList<>();
        for (Path file : files()) {
            String head = parts(file).get(0);
            if (!head.isEmpty()) {
                int line = head.indexOf('\n');
                points.add(new Points(after("points: ", head.substring(0, line)), head.substring(line + 1)));
            }
        }
        return points;
    }

    private static Documented section(String file, String part) {
        int answer = part.indexOf("\n---\n");
        List<String> lines = part.substring(0, answer).lines().toList();
        int script = lines.get(2).startsWith("note: ") ? 3 : 2;
        return new Documented(
                file,
                lines.get(0),
                after("source: ", lines.get(1)),
                String.join("\n", lines.subList(script, lines.size())),
                part.substring(answer + "\n---\n".length()));
    }

    private static String after(String prefix, String line) {
        if (!line.startsWith(prefix)) {
            throw new IllegalArgumentException("expected a line that starts with '" + prefix + "', was: " + line);
        }
        return line.substring(prefix.length());
    }

    private static List<String> parts(Path file) throws IOException {
        return List.of(Files.readString(file, StandardCharsets.UTF_8).split("(?m)^=== "));
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(Objects.requireNonNull(Documented.class.getResource("documented"))
                .toURI()))) {
            return files.sorted().toList();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    @Override
    public String toString() {
        return file + ": " + name;
    }
}
