package io.fogwhisk.lean.runtime;

import io.fogwhisk.wsk.model.WhiskAction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Python: a module with a function, or a zip with {@code __main__.py}.
 *
 * @param kind such as {@code python:3.11}
 * @param interpreter the absolute path of the program
 * @param runner the path of {@code runner.py} where a child can read it
 */
record PythonLanguage(RuntimeKind kind, Path interpreter, Path runner) implements Language {

    /** Far beyond what there is. */
    private static final int NEWEST_MINOR = 30;

    /** Checks for null. */
    PythonLanguage {
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(interpreter, "interpreter is null");
        Objects.requireNonNull(runner, "runner is null");
    }

    /** The versions of Python 3 on the machine's path; what {@code python3} is there is the default. */
    static List<Language> find(Machine machine) {
        Path runner = machine.runner("runner.py");
        Map<String, Path> versions = new LinkedHashMap<>();
        for (int minor = 0; minor <= NEWEST_MINOR; minor++) {
            // The first look is for python3 itself.
            String name = minor == 0 ? "python3" : "python3." + minor;
            List<Path> interpreters = versions.containsKey("3." + minor) ? List.of() : machine.onPath(name);
            for (Path interpreter : interpreters) {
                versionOf(interpreter, machine).ifPresent(version -> versions.putIfAbsent(version, interpreter));
            }
        }
        List<Language> languages = new ArrayList<>();
        versions.forEach((version, interpreter) -> {
            if (languages.isEmpty()) {
                languages.add(of("python:3", interpreter, true, runner));
            }
            languages.add(of("python:" + version, interpreter, false, runner));
        });
        return languages;
    }

    private static Language of(String kind, Path interpreter, boolean isDefault, Path runner) {
        return new PythonLanguage(
                new RuntimeKind(kind, "python", "fogwhisk/" + kind, isDefault, false), interpreter, runner);
    }

    private static Optional<String> versionOf(Path interpreter, Machine machine) {
        return machine.output(List.of(
                        interpreter.toString(), "-I", "-S", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"))
                .map(String::strip)
                .filter(version -> version.startsWith("3."));
    }

    @Override
    public List<String> command(WhiskAction action, Path folder) {
        // -I keeps the machine's settings and the runner's folder out of the action's way, -B leaves no compiled files
        // behind, and UTF-8 is what the images of OpenWhisk have for everything. Python has no limit for its heap.
        return List.of(interpreter.toString(), "-I", "-B", "-X", "utf8", runner.toString());
    }
}
