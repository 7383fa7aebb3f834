package io.fogwhisk.k8s;

/**
 * The name of an image in its parts.
 *
 * @param path the registry, if any, and the folders: up to and with the last slash; may be empty
 * @param name the last part of the path
 * @param tag empty where there is none
 * @param digest with its algorithm; empty where there is none
 */
record ImageName(String path, String name, String tag, String digest) {

    /** Takes a name apart. A colon before the last slash is that of a registry's port. */
    static ImageName of(String image) {
        int at = image.indexOf('@');
        String named = at < 0 ? image : image.substring(0, at);
        int start = named.lastIndexOf('/') + 1;
        int colon = named.indexOf(':', start);
        return new ImageName(
                named.substring(0, start),
                colon < 0 ? named.substring(start) : named.substring(start, colon),
                colon < 0 ? "" : named.substring(colon + 1),
                at < 0 ? "" : image.substring(at + 1));
    }

    /** Whether it is the image of this project, from whatever registry. */
    boolean isOurs() {
        return name.equals("fogwhisk");
    }
}
