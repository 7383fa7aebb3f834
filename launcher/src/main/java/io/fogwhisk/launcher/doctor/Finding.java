package io.fogwhisk.launcher.doctor;

import java.util.Objects;

/**
 * What an examination found.
 *
 * @param verdict how bad it is
 * @param subject what was examined
 * @param text what was found and, unless all is well, what to do
 */
public record Finding(Verdict verdict, String subject, String text) {

    /** How bad a finding is. */
    public enum Verdict {
        /** As it should be. */
        OK,
        /** Worth knowing; nothing is lost by it. */
        NOTE,
        /** Data would be lost, or the site would not run. */
        BAD
    }

    /** Checks for null. */
    public Finding {
        Objects.requireNonNull(verdict, "verdict is null");
        Objects.requireNonNull(subject, "subject is null");
        Objects.requireNonNull(text, "text is null");
    }

    static Finding ok(String subject, String text) {
        return new Finding(Verdict.OK, subject, text);
    }

    static Finding note(String subject, String text) {
        return new Finding(Verdict.NOTE, subject, text);
    }

    static Finding bad(String subject, String text) {
        return new Finding(Verdict.BAD, subject, text);
    }
}
