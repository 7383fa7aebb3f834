package io.fogwhisk.k8s;

/**
 * Something that is wrong with a manifest.
 *
 * @param object the file or overlay, and the object in it: {@code sites/dc-1 StatefulSet/site}
 * @param path of the field, such as {@code spec.template.spec.containers[0].image}
 * @param what is wrong with it
 */
record Fault(String object, String path, String what) {

    @Override
    public String toString() {
        return object + ": " + path + " " + what;
    }
}
