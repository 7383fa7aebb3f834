package io.fogwhisk.image;

import java.util.Arrays;

/** A language that actions may be written in, whose program the image can bring. */
enum Language {
    /** JavaScript. */
    NODEJS("nodejs"),
    /** Python. */
    PYTHON3("python3");

    private final String debian;

    Language(String debian) {
        this.debian = debian;
    }

    /** The name of its package. */
    String debian() {
        return debian;
    }

    /**
     * The one whose package has that name.
     *
     * @throws ImageException if there is none
     */
    static Language named(String name) {
        return Arrays.stream(values())
                .filter(language -> language.debian.equals(name))
                .findFirst()
                .orElseThrow(() -> new ImageException("no language '" + name + "', but "
                        + Arrays.stream(values()).map(Language::debian).toList()));
    }
}
