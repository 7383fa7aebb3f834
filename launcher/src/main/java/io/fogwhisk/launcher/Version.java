package io.fogwhisk.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version that this program was built as. */
public final class Version {

    private Version() {}

    /** Such as {@code 0.1.0}. */
    public static String text() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new LauncherException("version.properties is missing from the program's own jar");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new LauncherException("cannot read version.properties from the program's own jar", e);
        }
        return properties.getProperty("version", "unknown");
    }
}
