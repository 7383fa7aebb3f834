package io.fogwhisk.lean.store;

/** The lean OpenWhisk refuses a request, or cannot serve it; carries the HTTP status and the text for the user. */
public final class LeanException extends RuntimeException {

    private final int status;

    /**
     * A refusal.
     *
     * @param status of the HTTP answer, 400 to 599
     */
    public LeanException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** A refusal with its cause. */
    public LeanException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** The HTTP status, 400 to 599. */
    public int status() {
        return status;
    }

    /** 404: there is no such entity. */
    public static LeanException notFound() {
        return new LeanException(404, "The requested resource does not exist.");
    }

    /** 409: the name belongs to an entity of another kind. */
    public static LeanException otherCollection() {
        return new LeanException(409, "Resource by this name exists but is not in this collection.");
    }

    /** 403: the entity, or namespace, belongs to somebody else. */
    public static LeanException notAuthorized(String what) {
        return new LeanException(403, "The supplied authentication is not authorized to access '" + what + "'.");
    }
}
