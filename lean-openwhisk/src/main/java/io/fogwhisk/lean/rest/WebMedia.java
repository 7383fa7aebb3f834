package io.fogwhisk.lean.rest;

import java.util.List;

/** What a web action's result is made into; chosen by the extension of its name. */
enum WebMedia {
    /** The result says status, headers and body. */
    HTTP(".http", "message/http"),
    /** The result, or a part of it. */
    JSON(".json", "application/json"),
    /** A field of the result as a page. */
    HTML(".html", "text/html"),
    /** A field of the result as a picture. */
    SVG(".svg", "image/svg+xml"),
    /** A field of the result as plain text. */
    TEXT(".text", "text/plain");

    private final String extension;
    private final String type;

    WebMedia(String extension, String type) {
        this.extension = extension;
        this.type = type;
    }

    String type() {
        return type;
    }

    /** The medium of a name with an extension; without one it is {@link #HTTP}. */
    static WebMedia of(String name) {
        for (WebMedia media : values()) {
            if (name.endsWith(media.extension) && name.length() > media.extension.length()) {
                return media;
            }
        }
        return HTTP;
    }

    /** A name without its extension. */
    String without(String name) {
        return name.endsWith(extension) ? name.substring(0, name.length() - extension.length()) : name;
    }

    /** The fields to try, one after the other, where the path names none. */
    List<String> defaultFields() {
        return this == HTTP || this == JSON ? List.of() : List.of(extension.substring(1), "body");
    }
}
