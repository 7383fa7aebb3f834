package io.fogwhisk.influx.flux.syntax;

import java.util.List;

/**
 * A script as it was written.
 *
 * @param imports in their order
 * @param statements in their order
 */
public record Script(List<Import> imports, List<Statement> statements) {

    /** Copies both lists. */
    public Script {
        imports = List.copyOf(imports);
        statements = List.copyOf(statements);
    }

    /**
     * {@code import "path"} or {@code import name "path"}.
     *
     * @param name what the script calls it: by default the last part of its path
     */
    public record Import(String path, String name, Position at) {}
}
