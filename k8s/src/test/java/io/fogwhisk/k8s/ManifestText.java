package io.fogwhisk.k8s;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads manifests as strictly as their users would like a cluster to: a key that stands twice is a fault. */
final class ManifestText {

    private ManifestText() {}

    /** All objects of a text that are what the models expect; for each of the others a fault. */
    static ManifestSet read(String source, String yaml, Faults faults) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<Manifest> manifests = new ArrayList<>();
        int number = 0;
        try {
            for (Object document : new Yaml(new SafeConstructor(options)).loadAll(yaml)) {
                number++;
                if (document instanceof Map<?, ?> map) {
                    JsonObject tree = new Gson().toJsonTree(map).getAsJsonObject();
                    Models.read(source, number, tree, faults).ifPresent(manifests::add);
                } else if (document != null) {
                    faults.add(new Fault(source + " document " + number, "", "must be a map of keys and values"));
                }
            }
        } catch (MarkedYAMLException e) {
            String line = e.getProblemMark() == null
                    ? ""
                    : "line " + (e.getProblemMark().getLine() + 1);
            faults.add(new Fault(source + " document " + (number + 1), line, "is not valid YAML: " + e.getProblem()));
        }
        return new ManifestSet(source, manifests);
    }
}
