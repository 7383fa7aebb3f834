package io.fogwhisk.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Flux scripts in the text of files: in Java as texts put together with {@code +}, elsewhere within single quotes.
 * What a program puts in is taken for a word within a Flux string, for a time after {@code start:} and {@code stop:}, and
 * otherwise for nothing. A text that begins with {@code |>} is the rest of a script.
 */
public final class FluxInText {

    private static final Pattern JAVA = Pattern.compile("\"(from\\(bucket: |\\|> )");
    private static final Pattern ELSEWHERE = Pattern.compile("'(from\\(bucket: [^']*)'");

    private static final String SOURCE = "from(bucket: \"word\") |> range(start: 2026-03-01T00:00:00Z) ";

    private FluxInText() {}

    /** Those of all Java sources under a folder. */
    public static List<String> ofSources(Path folder) throws IOException {
        List<String> scripts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                String text = Files.readString(file);
                Matcher start = JAVA.matcher(text);
                while (start.find()) {
                    String script = new Reader(text, start.start()).script();
                    scripts.add(script.startsWith("|") ? SOURCE + script : script);
                }
            }
        }
        return scripts.stream().filter(script -> script.contains("range(")).toList();
    }

    /** Those of all documents under a folder. */
    public static List<String> ofDocuments(Path folder) throws IOException {
        List<String> scripts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".md")).toList()) {
                scripts.addAll(ofDocument(file));
            }
        }
        return scripts;
    }

    /** Those of a document. */
    public static List<String> ofDocument(Path file) throws IOException {
        return ELSEWHERE
                .matcher(Files.readString(file))
                .results()
                .map(each -> each.group(1))
                .toList();
    }

    /** Reads an expression of texts and other things. */
    private static final class Reader {
        private final String source;
        private final StringBuilder script = new StringBuilder();
        private int at;

        Reader(String source, int start) {
            this.source = source;
            this.at = start;
        }

        String script() {
            do {
                if (source.charAt(at) == '"') {
                    text();
                } else {
                    other();
                }
                blanks();
            } while (source.charAt(at) == '+' && next());
            return script.toString();
        }

        private boolean next() {
            at++;
            blanks();
            return true;
        }

        private void blanks() {
            while (Character.isWhitespace(source.charAt(at))) {
                at++;
            }
        }

        private void text() {
            at++;
            while (source.charAt(at) != '"') {
                if (source.charAt(at) == '\\') {
                    at++;
                }
                script.append(source.charAt(at++));
            }
            at++;
        }

        private void other() {
            int depth = 0;
            while (depth > 0 || "+,;)".indexOf(source.charAt(at)) < 0) {
                depth += source.charAt(at) == '(' ? 1 : source.charAt(at) == ')' ? -1 : 0;
                at++;
            }
            String before = script.toString();
            if (before.chars().filter(c -> c == '"').count() % 2 == 1) {
                script.append("word");
            } else if (before.endsWith("bucket: ")) {
                script.append("\"word\"");
            } else if (before.endsWith("start: ") || before.endsWith("stop: ")) {
                script.append("2026-03-01T00:00:00Z");
            }
        }
    }
}
