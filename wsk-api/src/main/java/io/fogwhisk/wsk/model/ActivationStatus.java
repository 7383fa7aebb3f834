package io.fogwhisk.wsk.model;

import io.fogwhisk.wsk.WskException;

/** How an activation ended, with OpenWhisk's code and words. */
public enum ActivationStatus {
    /** The action returned a result without an {@code error} field. */
    SUCCESS(0, "success"),
    /** The action returned a result with an {@code error} field. */
    APPLICATION_ERROR(1, "application error"),
    /** The action could not be started, crashed, or took too long. */
    DEVELOPER_ERROR(2, "action developer error"),
    /** The platform failed. */
    INTERNAL_ERROR(3, "whisk internal error");

    private final int code;
    private final String text;

    ActivationStatus(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** 0 to 3, as {@code statusCode} in lists. */
    public int code() {
        return code;
    }

    /** As {@code response.status}. */
    public String text() {
        return text;
    }

    /**
     * The status of a {@code response.status}.
     *
     * @throws WskException if there is none with that text
     */
    public static ActivationStatus of(String text) {
        for (ActivationStatus status : values()) {
            if (status.text.equals(text)) {
                return status;
            }
        }
        throw new WskException("'" + text + "' is not the status of an activation");
    }
}
