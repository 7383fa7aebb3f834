package io.fogwhisk.lean.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Zips of texts, as users upload them. */
final class ZipText {

    private ZipText() {}

    /** The base64 of a zip of names and texts by turns. */
    static String of(String... namesAndTexts) {
        return base64(bytes(namesAndTexts));
    }

    /** The bytes of a zip of names and texts by turns. */
    static byte[] bytes(String... namesAndTexts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
                zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** As the body of a request holds it. */
    static String base64(byte[] zip) {
        return Base64.getEncoder().encodeToString(zip);
    }
}
