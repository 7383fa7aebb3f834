package io.fogwhisk.lean.runtime;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.wsk.model.WhiskAction;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Python: a module with a function, or a zip with {@code __main__.py}.
 *
 * @param kind such as {@code python:3.11}
 * @param interpreter the absolute path of the program
 * @param runner the path of {@code runner.py} where a child can read it
 */
record PythonLanguage(RuntimeKind kind, Path interpreter, Path runner) implements Language {

    /** Checks for null. */
    PythonLanguage {
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(interpreter, "interpreter is null");
        Objects.requireNonNull(runner, "runner is null");
    }

    @Override
    public List<String> command(WhiskAction action, Path folder) {
        // -I keeps the machine's settings and the runner's folder out of the action's way, -B leaves no compiled files
        // behind, and UTF-8 is what the images of OpenWhisk have for everything. Python has no limit for its heap.
        return List.of(interpreter.toString(), "-I", "-B", "-X", "utf8", runner.toString());
    }

    @Override
    public String unpack(WhiskAction action, String code, Path folder) {
        if (!action.exec().binary()) {
            return JsonNodeFactory.instance.textNode(code).toString();
        }
        Path target = folder.resolve("action");
        ActionArchive.DEFAULT.unpack(code, target);
        return JsonNodeFactory.instance.textNode(target.toString()).toString();
    }
}
