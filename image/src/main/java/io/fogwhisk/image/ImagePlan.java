package io.fogwhisk.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an image is made of.
 *
 * @param version of FogWhisk, which is the image's tag
 * @param jars the folder with every jar of FogWhisk
 * @param work a folder for parts, kept for the next time
 * @param architecture that it runs on
 * @param jdk that its Java runtime is linked from
 * @param languages that its actions may be written in, beside Java
 * @param from what it is put on: {@code scratch}, or an image with a Java of its own
 * @param push its name in a registry, or after {@code docker://} in an engine, to be written there and not to a file
 * @param output the file to write; empty for the usual one in the work folder
 */
record ImagePlan(
        String version,
        Path jars,
        Path work,
        Architecture architecture,
        Path jdk,
        List<Language> languages,
        String from,
        Optional<String> push,
        Optional<Path> output) {

    ImagePlan {
        languages = languages.stream().distinct().sorted().toList();
        if (!from.equals("scratch") && !languages.isEmpty()) {
            throw new ImageException("languages are added to our own system only, not to " + from
                    + ": choose an image that has them, or leave --with out");
        }
    }

    /** The tag: the version, and after it the languages. */
    String tag() {
        return version
                + languages.stream().map(language -> "-" + language.debian()).collect(Collectors.joining());
    }

    /** The tag and the architecture, as in the names of files. */
    String name() {
        return tag() + "-" + architecture.debian();
    }

    /** Where it goes. */
    ImageTarget target() {
        return push.map(name -> new ImageTarget(name, Optional.empty()))
                .orElseGet(() -> new ImageTarget("fogwhisk:" + tag(), Optional.of(file())));
    }

    private Path file() {
        return output.orElseGet(() -> work.resolve("fogwhisk-" + name() + ".tar"));
    }
}
