package io.fogwhisk.lean.runtime;

import io.fogwhisk.wsk.model.WhiskAction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** JavaScript on Node.js: source text, or a zip with a {@code package.json} or an {@code index.js}. */
final class NodeLanguage implements Language {

    private static final String FAMILY = "nodejs";
    /** What Node.js needs beside the heap of the code. */
    private static final int HEADROOM_MB = 64;

    private final RuntimeKind kind;
    private final Path node;
    private final Path runner;

    private NodeLanguage(RuntimeKind kind, Path node, Path runner) {
        this.kind = kind;
        this.node = node;
        this.runner = runner;
    }

    /** One per major version on the path; the first is the default. */
    static List<Language> find(Machine machine) {
        List<Path> candidates = new ArrayList<>(machine.onPath("node"));
        candidates.addAll(machine.onPath("nodejs"));
        List<Language> found = new ArrayList<>();
        Set<String> known = new HashSet<>();
        Set<Path> files = new HashSet<>();
        for (Path node : candidates) {
            if (!files.add(node)) {
                continue;
            }
            Optional<String> major = major(machine.output(List.of(node.toString(), "--version")));
            if (major.isPresent() && known.add(major.get())) {
                String name = FAMILY + ":" + major.get();
                RuntimeKind kind = new RuntimeKind(name, FAMILY, "fogwhisk/" + name, found.isEmpty(), false);
                found.add(new NodeLanguage(kind, node, machine.runner("runner.js")));
            }
        }
        return found;
    }

    @Override
    public RuntimeKind kind() {
        return kind;
    }

    @Override
    public List<String> command(WhiskAction action, Path folder) {
        int memory = action.limits().memoryMb();
        int heap = Math.max(memory - HEADROOM_MB, memory * 3 / 4);
        return List.of(node.toString(), "--max-old-space-size=" + heap, runner.toString());
    }

    private static Optional<String> major(Optional<String> version) {
        return version.map(String::trim)
                .filter(text -> text.matches("v\\d+\\..*"))
                .map(text -> text.substring(1, text.indexOf('.')));
    }
}
