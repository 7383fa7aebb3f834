package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNameTest {

    @ParameterizedTest
    @CsvSource(emptyValue = "", textBlock = """
            fogwhisk,                                    '',                     fogwhisk,  '',  ''
            fogwhisk:1.0,                                '',                     fogwhisk,  1.0, ''
            registry.example:5000/fogwhisk,              registry.example:5000/, fogwhisk,  '',  ''
            registry.example:5000/a/fogwhisk:1.0,        registry.example:5000/a/, fogwhisk, 1.0, ''
            registry.example/fogwhisk:1.0@sha256:12ab,   registry.example/,      fogwhisk,  1.0, sha256:12ab
            fogwhisk@sha256:12ab,                        '',                     fogwhisk,  '',  sha256:12ab
            eclipse-mosquitto:2.0.20,                    '',                     eclipse-mosquitto, 2.0.20, ''
            """)
    void theTagComesAfterTheLastSlash(String image, String path, String name, String tag, String digest) {
        assertThat(ImageName.of(image)).isEqualTo(new ImageName(path, name, tag, digest));
    }
}
