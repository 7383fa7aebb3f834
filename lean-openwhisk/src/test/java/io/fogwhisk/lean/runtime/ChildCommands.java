package io.fogwhisk.lean.runtime;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The command lines of the processes of this machine, for tests that look for what is left. */
final class ChildCommands {

    private ChildCommands() {}

    /** The command lines with a text in them; each argument ends in a blank. */
    static List<String> containing(String text) {
        List<String> found = new ArrayList<>();
        File[] processes = new File("/proc").listFiles((folder, name) -> Character.isDigit(name.charAt(0)));
        for (File process : processes == null ? new File[0] : processes) {
            String line = commandOf(process);
            if (line.contains(text)) {
                found.add(line);
            }
        }
        return found;
    }

    private static String commandOf(File process) {
        try {
            return Files.readString(process.toPath().resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            // It ended between the list and the look.
            return "";
        }
    }
}
